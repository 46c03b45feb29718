// Captured sessions to full-body motion, for Flamenco 3: put this file into the Manager's scripts folder. Each task
// solves its share of the folder; what is up to date is left alone, so a task may be tried again at will.

const JOB_TYPE = {
    label: "PoseBridge: solve sessions",
    description: "Head and hands to full-body motion: BVH, NPZ and a contact sheet for each session, and a report",
    settings: [
        { key: "sessions", type: "string", subtype: "dir_path", required: true,
          description: "A folder of sessions (.mcap, .csv, .npz), as the workers see it" },
        { key: "out", type: "string", subtype: "dir_path", required: true,
          description: "Where the results go, shared by all workers" },
        { key: "shards", type: "int32", default: 8, required: true,
          description: "Tasks among which the sessions are shared out" },
        { key: "engine", type: "string", default: "auto", choices: ["auto", "cpu", "cuda"], required: true,
          description: "What solves" },
        { key: "threads", type: "int32", default: 4, required: true, description: "CPU threads of a task" },
        { key: "command", type: "string", default: "posebridge", required: true,
          description: "The posebridge command of the workers" },
    ],
};

function compileJob(job) {
    const settings = job.settings;
    const report = author.Task("report", "misc");
    for (let shard = 1; shard <= settings.shards; shard++) {
        const task = author.Task("solve-" + shard, "misc");
        task.addCommand(solve(settings, [
            "--shard", shard + "/" + settings.shards, "--threads", String(settings.threads),
            "--progress", "text", "--log-format", "json",
        ]));
        job.addTask(task);
        report.addDependency(task);
    }
    report.addCommand(solve(settings, ["--dry-run", "--report", settings.out + "/report.html"]));
    job.addTask(report);
}

function solve(settings, more) {
    return author.Command("exec", {
        exe: settings.command,
        args: ["solve", settings.sessions, "--out", settings.out, "--engine", settings.engine].concat(more),
    });
}
