"""Messages about jobs <-> protobuf. Paths are checked as texts here; bridge/jobs/roots.py says which are allowed."""
from __future__ import annotations

from collections.abc import Callable

from bridge import checks
from bridge.config import Limits
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import ErrorCode
from bridge.messages_jobs import (
    SOLVE,
    CancelJob,
    GetJobResult,
    GetJobStatus,
    JobRequest,
    JobState,
    ListJobs,
    SubmitJob,
)
from bridge.replies import ServerBody
from bridge.replies_jobs import JobFile, JobList, JobOutput, JobReply, JobResult, JobStatus


def request_message(request_id: int, body: JobRequest) -> pb.ClientMessage:
    match body:
        case SubmitJob(files, out, formats, problem, options):
            if problem == SOLVE and not options:  # which every daemon understands
                submitted = pb.SubmitJob(files=files, out=out, formats=formats)
                return pb.ClientMessage(request_id=request_id, submit_job=submitted)
            told = [pb.JobOption(name=name, value=value) for name, value in options]
            asked = pb.SubmitProblem(problem=problem, files=files, out=out, formats=formats, options=told)
            return pb.ClientMessage(request_id=request_id, submit_problem=asked)
        case GetJobStatus(job):
            return pb.ClientMessage(request_id=request_id, get_job_status=pb.GetJobStatus(job=job))
        case GetJobResult(job):
            return pb.ClientMessage(request_id=request_id, get_job_result=pb.GetJobResult(job=job))
        case CancelJob(job):
            return pb.ClientMessage(request_id=request_id, cancel_job=pb.CancelJob(job=job))
        case ListJobs():
            return pb.ClientMessage(request_id=request_id, list_jobs=pb.ListJobs())


def _read_submitted(message: pb.ClientMessage, limits: Limits) -> SubmitJob:
    asked = message.submit_job
    checks.counted(len(asked.files), 1, limits.job_files, "files")
    return SubmitJob(*_places(asked, limits))


def _read_problem(message: pb.ClientMessage, limits: Limits) -> SubmitJob:
    asked = message.submit_problem
    checks.counted(len(asked.files), 0, limits.job_files, "files")
    checks.counted(len(asked.options), 0, limits.job_options, "options")
    options = tuple((checks.text(one.name, limits.text_length, "an option's name"),
                     checks.text(one.value, 2 * limits.path_length + 1, "an option's value")) for one in asked.options)
    problem = checks.text(asked.problem, limits.text_length, "the problem")
    return SubmitJob(*_places(asked, limits), problem, options)


def _places(asked: pb.SubmitJob | pb.SubmitProblem, limits: Limits) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Files, the results' folder and formats."""
    checks.counted(len(asked.formats), 1, limits.job_formats, "formats")
    return (
        tuple(checks.text(file, limits.path_length, "a file's path") for file in asked.files),
        checks.text(asked.out, limits.path_length, "the folder's path"),
        tuple(checks.text(name, limits.text_length, "a format") for name in asked.formats),
    )


def _job(name: str, limits: Limits) -> str:
    return checks.text(name, limits.text_length, "the job")


REQUEST_READERS: dict[str, Callable[[pb.ClientMessage, Limits], JobRequest]] = {
    "submit_job": _read_submitted,
    "submit_problem": _read_problem,
    "get_job_status": lambda message, limits: GetJobStatus(_job(message.get_job_status.job, limits)),
    "get_job_result": lambda message, limits: GetJobResult(_job(message.get_job_result.job, limits)),
    "cancel_job": lambda message, limits: CancelJob(_job(message.cancel_job.job, limits)),
    "list_jobs": lambda message, limits: ListJobs(),
}


def status_message(status: JobStatus) -> pb.JobStatus:
    return pb.JobStatus(
        job=status.job, state=pb.JobState.Name(status.state), out=status.out, files_total=status.files_total,
        files_done=status.files_done, files_failed=status.files_failed, file=status.file,
        frames_done=status.frames_done, frames_total=status.frames_total, submitted_ms=status.submitted_ms,
        ended_ms=status.ended_ms, problem=status.problem,
    )


def read_status(message: pb.JobStatus) -> JobStatus:
    return JobStatus(
        message.job, _state(message.state), message.out, message.files_total, message.files_done, message.files_failed,
        message.file, message.frames_done, message.frames_total, message.submitted_ms, message.ended_ms,
        message.problem or SOLVE,
    )


def _state(number: int) -> JobState:
    try:
        return JobState(number)
    except ValueError as error:
        raise checks.Malformed(f"no job's state has the number {number}") from error


def file_message(file: JobFile) -> pb.JobFile:
    return pb.JobFile(
        file=file.file, state=pb.JobState.Name(file.state), code=pb.ErrorCode.Name(file.code or 0),
        message=file.message, frames=file.frames,
        outputs=[pb.JobOutput(path=one.path, size_bytes=one.size_bytes, sha256=one.sha256) for one in file.outputs],
    )


def read_code(number: int) -> ErrorCode:
    """A later daemon may know codes this client does not: its message still says what was wrong."""
    try:
        return ErrorCode(number)
    except ValueError:
        return ErrorCode.INVALID


def _read_file(message: pb.JobFile) -> JobFile:
    outputs = tuple(JobOutput(one.path, one.size_bytes, one.sha256) for one in message.outputs)
    code = read_code(message.code) if message.code else None
    return JobFile(message.file, _state(message.state), code, message.message, message.frames, outputs)


def _write_result(body: JobResult) -> pb.ServerMessage:
    files = [file_message(file) for file in body.files]
    return pb.ServerMessage(job_result=pb.JobResult(status=status_message(body.status), files=files))


def _write_list(body: JobList) -> pb.ServerMessage:
    return pb.ServerMessage(job_list=pb.JobList(jobs=[status_message(status) for status in body.jobs]))


REPLY_WRITERS: dict[type[ServerBody], Callable[..., pb.ServerMessage]] = {
    JobStatus: lambda body: pb.ServerMessage(job_status=status_message(body)),
    JobResult: _write_result,
    JobList: _write_list,
}

REPLY_READERS: dict[str, Callable[[pb.ServerMessage], JobReply]] = {
    "job_status": lambda message: read_status(message.job_status),
    "job_result": lambda message: JobResult(
        read_status(message.job_result.status), tuple(_read_file(file) for file in message.job_result.files)),
    "job_list": lambda message: JobList(tuple(read_status(status) for status in message.job_list.jobs)),
}
