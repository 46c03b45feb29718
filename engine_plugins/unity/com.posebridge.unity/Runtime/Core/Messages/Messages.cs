// Written by proto/generate.py from proto/posebridge.proto, which says what it means: edit that, not this.
// Enums are open: a newer daemon may know more values. A oneof is one field, null where it is absent.
using System;
using System.Collections.Generic;

namespace PoseBridge.Core
{
    public enum Protocol
    {
        Unspecified = 0,
        Current = 1,
    }

    public enum Joint
    {
        Unspecified = 0,
        Pelvis = 1,
        LHip = 2,
        RHip = 3,
        Spine1 = 4,
        LKnee = 5,
        RKnee = 6,
        Spine2 = 7,
        LAnkle = 8,
        RAnkle = 9,
        Spine3 = 10,
        LFoot = 11,
        RFoot = 12,
        Neck = 13,
        LCollar = 14,
        RCollar = 15,
        Head = 16,
        LShoulder = 17,
        RShoulder = 18,
        LElbow = 19,
        RElbow = 20,
        LWrist = 21,
        RWrist = 22,
    }

    public enum EngineState
    {
        Unspecified = 0,
        Starting = 1,
        Ready = 2,
        Restarting = 3,
        Draining = 4,
    }

    public enum ErrorCode
    {
        Unspecified = 0,
        Malformed = 1,
        Invalid = 2,
        NotFinite = 3,
        OutOfRange = 4,
        JointUnknown = 5,
        TooShort = 6,
        TooLarge = 7,
        ProtocolUnsupported = 8,
        TokenWrong = 9,
        HelloNeeded = 10,
        SessionUnknown = 11,
        Busy = 12,
        EngineStarting = 13,
        EngineRestarting = 14,
        EngineFailed = 15,
        Draining = 16,
        RecordingFailed = 17,
        Cancelled = 18,
        Internal = 19,
        JobsNotAllowed = 40,
        PathRefused = 41,
        InputMissing = 42,
        DiskFull = 43,
        JobUnknown = 44,
    }

    public enum JobState
    {
        Unspecified = 0,
        Waiting = 1,
        Running = 2,
        Done = 3,
        Failed = 4,
        Cancelled = 5,
    }

    public sealed class Hello : Message
    {
        public uint ProtocolMin;
        public uint ProtocolMax;
        public string Token = "";
        public string Client = "";

        public override void Clear()
        {
            ProtocolMin = default(uint);
            ProtocolMax = default(uint);
            Token = "";
            Client = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    ProtocolMin = reader.UInt32();
                    return true;
                case 16u:
                    ProtocolMax = reader.UInt32();
                    return true;
                case 26u:
                    Token = reader.Text();
                    return true;
                case 34u:
                    Client = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Client)) writer.Text(34u, Client);
            if (!string.IsNullOrEmpty(Token)) writer.Text(26u, Token);
            if (ProtocolMax != 0u) writer.Unsigned(16u, ProtocolMax);
            if (ProtocolMin != 0u) writer.Unsigned(8u, ProtocolMin);
        }
    }

    public sealed class Limits : Message
    {
        public uint Sessions;
        public uint Trackers;
        public uint ClipFrames;
        public uint LiveMessageBytes;
        public uint ControlMessageBytes;

        public override void Clear()
        {
            Sessions = default(uint);
            Trackers = default(uint);
            ClipFrames = default(uint);
            LiveMessageBytes = default(uint);
            ControlMessageBytes = default(uint);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Sessions = reader.UInt32();
                    return true;
                case 16u:
                    Trackers = reader.UInt32();
                    return true;
                case 24u:
                    ClipFrames = reader.UInt32();
                    return true;
                case 32u:
                    LiveMessageBytes = reader.UInt32();
                    return true;
                case 40u:
                    ControlMessageBytes = reader.UInt32();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (ControlMessageBytes != 0u) writer.Unsigned(40u, ControlMessageBytes);
            if (LiveMessageBytes != 0u) writer.Unsigned(32u, LiveMessageBytes);
            if (ClipFrames != 0u) writer.Unsigned(24u, ClipFrames);
            if (Trackers != 0u) writer.Unsigned(16u, Trackers);
            if (Sessions != 0u) writer.Unsigned(8u, Sessions);
        }
    }

    public sealed class Welcome : Message
    {
        public uint Protocol;
        public string Version = "";
        public uint LivePort;
        public EngineState Engine;
        public string Model = "";
        public string Device = "";
        public string Detail = "";
        public Limits Limits;

        public override void Clear()
        {
            Protocol = default(uint);
            Version = "";
            LivePort = default(uint);
            Engine = default(EngineState);
            Model = "";
            Device = "";
            Detail = "";
            Limits = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Protocol = reader.UInt32();
                    return true;
                case 18u:
                    Version = reader.Text();
                    return true;
                case 24u:
                    LivePort = reader.UInt32();
                    return true;
                case 32u:
                    Engine = (EngineState)(int)reader.Varint();
                    return true;
                case 42u:
                    Model = reader.Text();
                    return true;
                case 50u:
                    Device = reader.Text();
                    return true;
                case 58u:
                    Detail = reader.Text();
                    return true;
                case 66u:
                    Limits = Limits ?? new Limits();
                    reader.Message(Limits);
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Limits != null) writer.Message(66u, Limits);
            if (!string.IsNullOrEmpty(Detail)) writer.Text(58u, Detail);
            if (!string.IsNullOrEmpty(Device)) writer.Text(50u, Device);
            if (!string.IsNullOrEmpty(Model)) writer.Text(42u, Model);
            if (Engine != 0) writer.Signed(32u, (int)Engine);
            if (LivePort != 0u) writer.Unsigned(24u, LivePort);
            if (!string.IsNullOrEmpty(Version)) writer.Text(18u, Version);
            if (Protocol != 0u) writer.Unsigned(8u, Protocol);
        }
    }

    public sealed class Ping : Message
    {
        public long ClientSentNs;

        public override void Clear()
        {
            ClientSentNs = default(long);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    ClientSentNs = (long)reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (ClientSentNs != 0L) writer.Signed(8u, ClientSentNs);
        }
    }

    public sealed class Pong : Message
    {
        public long ClientSentNs;
        public long ServerReceivedNs;
        public long ServerSentNs;
        public EngineState Engine;

        public override void Clear()
        {
            ClientSentNs = default(long);
            ServerReceivedNs = default(long);
            ServerSentNs = default(long);
            Engine = default(EngineState);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    ClientSentNs = (long)reader.Varint();
                    return true;
                case 16u:
                    ServerReceivedNs = (long)reader.Varint();
                    return true;
                case 24u:
                    ServerSentNs = (long)reader.Varint();
                    return true;
                case 32u:
                    Engine = (EngineState)(int)reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Engine != 0) writer.Signed(32u, (int)Engine);
            if (ServerSentNs != 0L) writer.Signed(24u, ServerSentNs);
            if (ServerReceivedNs != 0L) writer.Signed(16u, ServerReceivedNs);
            if (ClientSentNs != 0L) writer.Signed(8u, ClientSentNs);
        }
    }

    public sealed class Heartbeat : Message
    {
        public long ServerTimeNs;
        public EngineState Engine;

        public override void Clear()
        {
            ServerTimeNs = default(long);
            Engine = default(EngineState);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    ServerTimeNs = (long)reader.Varint();
                    return true;
                case 16u:
                    Engine = (EngineState)(int)reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Engine != 0) writer.Signed(16u, (int)Engine);
            if (ServerTimeNs != 0L) writer.Signed(8u, ServerTimeNs);
        }
    }

    public sealed class GoAway : Message
    {
        public string Reason = "";

        public override void Clear()
        {
            Reason = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Reason = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Reason)) writer.Text(10u, Reason);
        }
    }

    public sealed class Error : Message
    {
        public ErrorCode Code;
        public string Message = "";
        public float RetryAfterS;
        public ulong? Sequence;

        public override void Clear()
        {
            Code = default(ErrorCode);
            Message = "";
            RetryAfterS = default(float);
            Sequence = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Code = (ErrorCode)(int)reader.Varint();
                    return true;
                case 18u:
                    Message = reader.Text();
                    return true;
                case 29u:
                    RetryAfterS = reader.Single();
                    return true;
                case 32u:
                    Sequence = reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Sequence.HasValue) writer.Unsigned(32u, Sequence.Value);
            if (WireWriter.IsGiven(RetryAfterS)) writer.Single(29u, RetryAfterS);
            if (!string.IsNullOrEmpty(Message)) writer.Text(18u, Message);
            if (Code != 0) writer.Signed(8u, (int)Code);
        }
    }

    public sealed class Tracker : Message
    {
        public Joint Joint;
        public readonly FloatList MountPositionM = new FloatList();
        public readonly FloatList MountXyzw = new FloatList();

        public override void Clear()
        {
            Joint = default(Joint);
            MountPositionM.Clear();
            MountXyzw.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Joint = (Joint)(int)reader.Varint();
                    return true;
                case 18u:
                    reader.Floats(MountPositionM);
                    return true;
                case 21u:
                    MountPositionM.Add(reader.Single());
                    return true;
                case 26u:
                    reader.Floats(MountXyzw);
                    return true;
                case 29u:
                    MountXyzw.Add(reader.Single());
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            writer.Floats(26u, MountXyzw);
            writer.Floats(18u, MountPositionM);
            if (Joint != 0) writer.Signed(8u, (int)Joint);
        }
    }

    public sealed class SessionSetup : Message
    {
        public string Name = "";
        public readonly FloatList OffsetsM = new FloatList();
        public readonly List<Tracker> Trackers = new List<Tracker>();
        public float PositionSdM;
        public float RotationSdRad;
        public float? FloorHeightM;

        public override void Clear()
        {
            Name = "";
            OffsetsM.Clear();
            Trackers.Clear();
            PositionSdM = default(float);
            RotationSdRad = default(float);
            FloorHeightM = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Name = reader.Text();
                    return true;
                case 18u:
                    reader.Floats(OffsetsM);
                    return true;
                case 21u:
                    OffsetsM.Add(reader.Single());
                    return true;
                case 26u:
                {
                    var one = new Tracker();
                    Trackers.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                case 37u:
                    PositionSdM = reader.Single();
                    return true;
                case 45u:
                    RotationSdRad = reader.Single();
                    return true;
                case 53u:
                    FloorHeightM = reader.Single();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (FloorHeightM.HasValue) writer.Single(53u, FloorHeightM.Value);
            if (WireWriter.IsGiven(RotationSdRad)) writer.Single(45u, RotationSdRad);
            if (WireWriter.IsGiven(PositionSdM)) writer.Single(37u, PositionSdM);
            for (var i = Trackers.Count - 1; i >= 0; i--)
                writer.Message(26u, Trackers[i]);
            writer.Floats(18u, OffsetsM);
            if (!string.IsNullOrEmpty(Name)) writer.Text(10u, Name);
        }
    }

    public sealed class OpenSession : Message
    {
        public SessionSetup Setup;
        public bool Record;

        public override void Clear()
        {
            Setup = null;
            Record = default(bool);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Setup = Setup ?? new SessionSetup();
                    reader.Message(Setup);
                    return true;
                case 16u:
                    Record = reader.Varint() != 0UL;
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Record) writer.Flag(16u, Record);
            if (Setup != null) writer.Message(10u, Setup);
        }
    }

    public sealed class SessionOpened : Message
    {
        public byte[] Session = Nothing;
        public string Recording = "";

        public override void Clear()
        {
            Session = Nothing;
            Recording = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Session = reader.Bytes();
                    return true;
                case 18u:
                    Recording = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Recording)) writer.Text(18u, Recording);
            if (Session.Length > 0) writer.Bytes(10u, Session);
        }
    }

    public sealed class CloseSession : Message
    {
        public byte[] Session = Nothing;

        public override void Clear()
        {
            Session = Nothing;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Session = reader.Bytes();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Session.Length > 0) writer.Bytes(10u, Session);
        }
    }

    public sealed class SessionClosed : Message
    {
        public ulong Frames;
        public ulong Answered;
        public ulong Superseded;
        public ulong Late;
        public ulong Invalid;

        public override void Clear()
        {
            Frames = default(ulong);
            Answered = default(ulong);
            Superseded = default(ulong);
            Late = default(ulong);
            Invalid = default(ulong);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Frames = reader.Varint();
                    return true;
                case 16u:
                    Answered = reader.Varint();
                    return true;
                case 24u:
                    Superseded = reader.Varint();
                    return true;
                case 32u:
                    Late = reader.Varint();
                    return true;
                case 40u:
                    Invalid = reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Invalid != 0UL) writer.Unsigned(40u, Invalid);
            if (Late != 0UL) writer.Unsigned(32u, Late);
            if (Superseded != 0UL) writer.Unsigned(24u, Superseded);
            if (Answered != 0UL) writer.Unsigned(16u, Answered);
            if (Frames != 0UL) writer.Unsigned(8u, Frames);
        }
    }

    public sealed class TrackerFrame : Message
    {
        public byte[] Session = Nothing;
        public ulong Sequence;
        public long TimeNs;
        public ulong? LastResultSeen;
        public readonly FloatList PositionsM = new FloatList();
        public readonly FloatList RotationsXyzw = new FloatList();
        public uint PositionValid;
        public uint RotationValid;

        public override void Clear()
        {
            Session = Nothing;
            Sequence = default(ulong);
            TimeNs = default(long);
            LastResultSeen = null;
            PositionsM.Clear();
            RotationsXyzw.Clear();
            PositionValid = default(uint);
            RotationValid = default(uint);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Session = reader.Bytes();
                    return true;
                case 16u:
                    Sequence = reader.Varint();
                    return true;
                case 24u:
                    TimeNs = (long)reader.Varint();
                    return true;
                case 32u:
                    LastResultSeen = reader.Varint();
                    return true;
                case 42u:
                    reader.Floats(PositionsM);
                    return true;
                case 45u:
                    PositionsM.Add(reader.Single());
                    return true;
                case 50u:
                    reader.Floats(RotationsXyzw);
                    return true;
                case 53u:
                    RotationsXyzw.Add(reader.Single());
                    return true;
                case 56u:
                    PositionValid = reader.UInt32();
                    return true;
                case 64u:
                    RotationValid = reader.UInt32();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (RotationValid != 0u) writer.Unsigned(64u, RotationValid);
            if (PositionValid != 0u) writer.Unsigned(56u, PositionValid);
            writer.Floats(50u, RotationsXyzw);
            writer.Floats(42u, PositionsM);
            if (LastResultSeen.HasValue) writer.Unsigned(32u, LastResultSeen.Value);
            if (TimeNs != 0L) writer.Signed(24u, TimeNs);
            if (Sequence != 0UL) writer.Unsigned(16u, Sequence);
            if (Session.Length > 0) writer.Bytes(10u, Session);
        }
    }

    public sealed class PoseFrame : Message
    {
        public ulong Sequence;
        public long TimeNs;
        public readonly FloatList RootPositionM = new FloatList();
        public readonly FloatList LocalXyzw = new FloatList();
        public readonly FloatList Confidence = new FloatList();
        public uint Measured;
        public long ServerReceivedNs;
        public long ServerSentNs;

        public override void Clear()
        {
            Sequence = default(ulong);
            TimeNs = default(long);
            RootPositionM.Clear();
            LocalXyzw.Clear();
            Confidence.Clear();
            Measured = default(uint);
            ServerReceivedNs = default(long);
            ServerSentNs = default(long);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Sequence = reader.Varint();
                    return true;
                case 16u:
                    TimeNs = (long)reader.Varint();
                    return true;
                case 26u:
                    reader.Floats(RootPositionM);
                    return true;
                case 29u:
                    RootPositionM.Add(reader.Single());
                    return true;
                case 34u:
                    reader.Floats(LocalXyzw);
                    return true;
                case 37u:
                    LocalXyzw.Add(reader.Single());
                    return true;
                case 42u:
                    reader.Floats(Confidence);
                    return true;
                case 45u:
                    Confidence.Add(reader.Single());
                    return true;
                case 48u:
                    Measured = reader.UInt32();
                    return true;
                case 56u:
                    ServerReceivedNs = (long)reader.Varint();
                    return true;
                case 64u:
                    ServerSentNs = (long)reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (ServerSentNs != 0L) writer.Signed(64u, ServerSentNs);
            if (ServerReceivedNs != 0L) writer.Signed(56u, ServerReceivedNs);
            if (Measured != 0u) writer.Unsigned(48u, Measured);
            writer.Floats(42u, Confidence);
            writer.Floats(34u, LocalXyzw);
            writer.Floats(26u, RootPositionM);
            if (TimeNs != 0L) writer.Signed(16u, TimeNs);
            if (Sequence != 0UL) writer.Unsigned(8u, Sequence);
        }
    }

    public sealed class SolveClip : Message
    {
        public SessionSetup Setup;
        public double RateHz;
        public uint FrameCount;
        public byte[] PositionsM = Nothing;
        public byte[] RotationsXyzw = Nothing;
        public byte[] PositionValid = Nothing;
        public byte[] RotationValid = Nothing;

        public override void Clear()
        {
            Setup = null;
            RateHz = default(double);
            FrameCount = default(uint);
            PositionsM = Nothing;
            RotationsXyzw = Nothing;
            PositionValid = Nothing;
            RotationValid = Nothing;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Setup = Setup ?? new SessionSetup();
                    reader.Message(Setup);
                    return true;
                case 17u:
                    RateHz = reader.Double();
                    return true;
                case 24u:
                    FrameCount = reader.UInt32();
                    return true;
                case 34u:
                    PositionsM = reader.Bytes();
                    return true;
                case 42u:
                    RotationsXyzw = reader.Bytes();
                    return true;
                case 50u:
                    PositionValid = reader.Bytes();
                    return true;
                case 58u:
                    RotationValid = reader.Bytes();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (RotationValid.Length > 0) writer.Bytes(58u, RotationValid);
            if (PositionValid.Length > 0) writer.Bytes(50u, PositionValid);
            if (RotationsXyzw.Length > 0) writer.Bytes(42u, RotationsXyzw);
            if (PositionsM.Length > 0) writer.Bytes(34u, PositionsM);
            if (FrameCount != 0u) writer.Unsigned(24u, FrameCount);
            if (WireWriter.IsGiven(RateHz)) writer.Double(17u, RateHz);
            if (Setup != null) writer.Message(10u, Setup);
        }
    }

    public sealed class CancelClip : Message
    {
        public ulong ClipRequestId;

        public override void Clear()
        {
            ClipRequestId = default(ulong);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    ClipRequestId = reader.Varint();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (ClipRequestId != 0UL) writer.Unsigned(8u, ClipRequestId);
        }
    }

    public sealed class ClipProgress : Message
    {
        public uint FramesDone;
        public uint FramesTotal;

        public override void Clear()
        {
            FramesDone = default(uint);
            FramesTotal = default(uint);
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    FramesDone = reader.UInt32();
                    return true;
                case 16u:
                    FramesTotal = reader.UInt32();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (FramesTotal != 0u) writer.Unsigned(16u, FramesTotal);
            if (FramesDone != 0u) writer.Unsigned(8u, FramesDone);
        }
    }

    public sealed class ClipSolved : Message
    {
        public uint FirstFrame;
        public uint FrameCount;
        public uint FramesTotal;
        public byte[] RootPositionM = Nothing;
        public byte[] LocalXyzw = Nothing;
        public byte[] Confidence = Nothing;

        public override void Clear()
        {
            FirstFrame = default(uint);
            FrameCount = default(uint);
            FramesTotal = default(uint);
            RootPositionM = Nothing;
            LocalXyzw = Nothing;
            Confidence = Nothing;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    FirstFrame = reader.UInt32();
                    return true;
                case 16u:
                    FrameCount = reader.UInt32();
                    return true;
                case 24u:
                    FramesTotal = reader.UInt32();
                    return true;
                case 34u:
                    RootPositionM = reader.Bytes();
                    return true;
                case 42u:
                    LocalXyzw = reader.Bytes();
                    return true;
                case 50u:
                    Confidence = reader.Bytes();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Confidence.Length > 0) writer.Bytes(50u, Confidence);
            if (LocalXyzw.Length > 0) writer.Bytes(42u, LocalXyzw);
            if (RootPositionM.Length > 0) writer.Bytes(34u, RootPositionM);
            if (FramesTotal != 0u) writer.Unsigned(24u, FramesTotal);
            if (FrameCount != 0u) writer.Unsigned(16u, FrameCount);
            if (FirstFrame != 0u) writer.Unsigned(8u, FirstFrame);
        }
    }

    public sealed class StartRecording : Message
    {
        public override void Clear()
        {
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            return false;
        }

        public override void WriteFields(WireWriter writer)
        {
        }
    }

    public sealed class RecordingStarted : Message
    {
        public readonly List<string> Files = new List<string>();

        public override void Clear()
        {
            Files.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    reader.Take(); Files.Add(reader.Text());
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Files.Count - 1; i >= 0; i--)
                writer.Text(10u, Files[i]);
        }
    }

    public sealed class StopRecording : Message
    {
        public override void Clear()
        {
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            return false;
        }

        public override void WriteFields(WireWriter writer)
        {
        }
    }

    public sealed class RecordingStopped : Message
    {
        public readonly List<string> Files = new List<string>();

        public override void Clear()
        {
            Files.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    reader.Take(); Files.Add(reader.Text());
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Files.Count - 1; i >= 0; i--)
                writer.Text(10u, Files[i]);
        }
    }

    public sealed class GetStatus : Message
    {
        public override void Clear()
        {
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            return false;
        }

        public override void WriteFields(WireWriter writer)
        {
        }
    }

    public sealed class SessionStatus : Message
    {
        public string Name = "";
        public uint Trackers;
        public long OpenNs;
        public long SilentNs;
        public bool Connected;
        public string Recording = "";
        public SessionClosed Account;

        public override void Clear()
        {
            Name = "";
            Trackers = default(uint);
            OpenNs = default(long);
            SilentNs = default(long);
            Connected = default(bool);
            Recording = "";
            Account = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Name = reader.Text();
                    return true;
                case 16u:
                    Trackers = reader.UInt32();
                    return true;
                case 24u:
                    OpenNs = (long)reader.Varint();
                    return true;
                case 32u:
                    SilentNs = (long)reader.Varint();
                    return true;
                case 40u:
                    Connected = reader.Varint() != 0UL;
                    return true;
                case 50u:
                    Recording = reader.Text();
                    return true;
                case 58u:
                    Account = Account ?? new SessionClosed();
                    reader.Message(Account);
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Account != null) writer.Message(58u, Account);
            if (!string.IsNullOrEmpty(Recording)) writer.Text(50u, Recording);
            if (Connected) writer.Flag(40u, Connected);
            if (SilentNs != 0L) writer.Signed(32u, SilentNs);
            if (OpenNs != 0L) writer.Signed(24u, OpenNs);
            if (Trackers != 0u) writer.Unsigned(16u, Trackers);
            if (!string.IsNullOrEmpty(Name)) writer.Text(10u, Name);
        }
    }

    public sealed class Status : Message
    {
        public EngineState Engine;
        public string Model = "";
        public string Device = "";
        public long UpNs;
        public ulong Ticks;
        public float TickP50Ms;
        public float TickP95Ms;
        public uint ClipsWaiting;
        public uint SessionsMost;
        public readonly List<SessionStatus> Sessions = new List<SessionStatus>();
        public SessionClosed Account;

        public override void Clear()
        {
            Engine = default(EngineState);
            Model = "";
            Device = "";
            UpNs = default(long);
            Ticks = default(ulong);
            TickP50Ms = default(float);
            TickP95Ms = default(float);
            ClipsWaiting = default(uint);
            SessionsMost = default(uint);
            Sessions.Clear();
            Account = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Engine = (EngineState)(int)reader.Varint();
                    return true;
                case 18u:
                    Model = reader.Text();
                    return true;
                case 26u:
                    Device = reader.Text();
                    return true;
                case 32u:
                    UpNs = (long)reader.Varint();
                    return true;
                case 40u:
                    Ticks = reader.Varint();
                    return true;
                case 53u:
                    TickP50Ms = reader.Single();
                    return true;
                case 61u:
                    TickP95Ms = reader.Single();
                    return true;
                case 64u:
                    ClipsWaiting = reader.UInt32();
                    return true;
                case 72u:
                    SessionsMost = reader.UInt32();
                    return true;
                case 82u:
                {
                    var one = new SessionStatus();
                    Sessions.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                case 90u:
                    Account = Account ?? new SessionClosed();
                    reader.Message(Account);
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Account != null) writer.Message(90u, Account);
            for (var i = Sessions.Count - 1; i >= 0; i--)
                writer.Message(82u, Sessions[i]);
            if (SessionsMost != 0u) writer.Unsigned(72u, SessionsMost);
            if (ClipsWaiting != 0u) writer.Unsigned(64u, ClipsWaiting);
            if (WireWriter.IsGiven(TickP95Ms)) writer.Single(61u, TickP95Ms);
            if (WireWriter.IsGiven(TickP50Ms)) writer.Single(53u, TickP50Ms);
            if (Ticks != 0UL) writer.Unsigned(40u, Ticks);
            if (UpNs != 0L) writer.Signed(32u, UpNs);
            if (!string.IsNullOrEmpty(Device)) writer.Text(26u, Device);
            if (!string.IsNullOrEmpty(Model)) writer.Text(18u, Model);
            if (Engine != 0) writer.Signed(8u, (int)Engine);
        }
    }

    public sealed class Watch : Message
    {
        public readonly List<ulong> Known = new List<ulong>();

        public override void Clear()
        {
            Known.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    reader.Take(); Known.Add(reader.Varint());
                    return true;
                case 10u:
                {
                    var outer = reader.Enter();
                    while (reader.HasMore) { reader.Take(); Known.Add(reader.Varint()); }
                    reader.Leave(outer);
                    return true;
                }
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Known.Count > 0)
            {
                var after = writer.Count;
                for (var i = Known.Count - 1; i >= 0; i--)
                    writer.Varint(Known[i]);
                writer.Close(10u, after);
            }
        }
    }

    public sealed class WatchedSession : Message
    {
        public ulong Number;
        public SessionSetup Setup;
        public PoseFrame Pose;
        public TrackerFrame Trackers;

        public override void Clear()
        {
            Number = default(ulong);
            Setup = null;
            Pose = null;
            Trackers = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    Number = reader.Varint();
                    return true;
                case 18u:
                    Setup = Setup ?? new SessionSetup();
                    reader.Message(Setup);
                    return true;
                case 26u:
                    Pose = Pose ?? new PoseFrame();
                    reader.Message(Pose);
                    return true;
                case 34u:
                    Trackers = Trackers ?? new TrackerFrame();
                    reader.Message(Trackers);
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Trackers != null) writer.Message(34u, Trackers);
            if (Pose != null) writer.Message(26u, Pose);
            if (Setup != null) writer.Message(18u, Setup);
            if (Number != 0UL) writer.Unsigned(8u, Number);
        }
    }

    public sealed class Watched : Message
    {
        public readonly List<WatchedSession> Sessions = new List<WatchedSession>();

        public override void Clear()
        {
            Sessions.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                {
                    var one = new WatchedSession();
                    Sessions.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Sessions.Count - 1; i >= 0; i--)
                writer.Message(10u, Sessions[i]);
        }
    }

    public sealed class SubmitJob : Message
    {
        public readonly List<string> Files = new List<string>();
        public string Out = "";
        public readonly List<string> Formats = new List<string>();

        public override void Clear()
        {
            Files.Clear();
            Out = "";
            Formats.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    reader.Take(); Files.Add(reader.Text());
                    return true;
                case 18u:
                    Out = reader.Text();
                    return true;
                case 26u:
                    reader.Take(); Formats.Add(reader.Text());
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Formats.Count - 1; i >= 0; i--)
                writer.Text(26u, Formats[i]);
            if (!string.IsNullOrEmpty(Out)) writer.Text(18u, Out);
            for (var i = Files.Count - 1; i >= 0; i--)
                writer.Text(10u, Files[i]);
        }
    }

    public sealed class JobOption : Message
    {
        public string Name = "";
        public string Value = "";

        public override void Clear()
        {
            Name = "";
            Value = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Name = reader.Text();
                    return true;
                case 18u:
                    Value = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Value)) writer.Text(18u, Value);
            if (!string.IsNullOrEmpty(Name)) writer.Text(10u, Name);
        }
    }

    public sealed class SubmitProblem : Message
    {
        public string Problem = "";
        public readonly List<string> Files = new List<string>();
        public string Out = "";
        public readonly List<string> Formats = new List<string>();
        public readonly List<JobOption> Options = new List<JobOption>();

        public override void Clear()
        {
            Problem = "";
            Files.Clear();
            Out = "";
            Formats.Clear();
            Options.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Problem = reader.Text();
                    return true;
                case 18u:
                    reader.Take(); Files.Add(reader.Text());
                    return true;
                case 26u:
                    Out = reader.Text();
                    return true;
                case 34u:
                    reader.Take(); Formats.Add(reader.Text());
                    return true;
                case 42u:
                {
                    var one = new JobOption();
                    Options.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Options.Count - 1; i >= 0; i--)
                writer.Message(42u, Options[i]);
            for (var i = Formats.Count - 1; i >= 0; i--)
                writer.Text(34u, Formats[i]);
            if (!string.IsNullOrEmpty(Out)) writer.Text(26u, Out);
            for (var i = Files.Count - 1; i >= 0; i--)
                writer.Text(18u, Files[i]);
            if (!string.IsNullOrEmpty(Problem)) writer.Text(10u, Problem);
        }
    }

    public sealed class GetJobStatus : Message
    {
        public string Job = "";

        public override void Clear()
        {
            Job = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Job = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Job)) writer.Text(10u, Job);
        }
    }

    public sealed class GetJobResult : Message
    {
        public string Job = "";

        public override void Clear()
        {
            Job = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Job = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Job)) writer.Text(10u, Job);
        }
    }

    public sealed class CancelJob : Message
    {
        public string Job = "";

        public override void Clear()
        {
            Job = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Job = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Job)) writer.Text(10u, Job);
        }
    }

    public sealed class ListJobs : Message
    {
        public override void Clear()
        {
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            return false;
        }

        public override void WriteFields(WireWriter writer)
        {
        }
    }

    public sealed class ClientMessage : Message
    {
        public ulong RequestId;
        public Message Body;

        private Hello _hello;
        private Ping _ping;
        private OpenSession _openSession;
        private CloseSession _closeSession;
        private SolveClip _solveClip;
        private CancelClip _cancelClip;
        private StartRecording _startRecording;
        private StopRecording _stopRecording;
        private GetStatus _getStatus;
        private TrackerFrame _trackerFrame;
        private Watch _watch;
        private SubmitJob _submitJob;
        private GetJobStatus _getJobStatus;
        private GetJobResult _getJobResult;
        private CancelJob _cancelJob;
        private ListJobs _listJobs;
        private SubmitProblem _submitProblem;

        public override void Clear()
        {
            RequestId = default(ulong);
            Body = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    RequestId = reader.Varint();
                    return true;
                case 18u:
                    if (!(Body is Hello))
                    {
                        _hello = _hello ?? new Hello();
                        _hello.Clear();
                        Body = _hello;
                    }
                    reader.Message(Body);
                    return true;
                case 26u:
                    if (!(Body is Ping))
                    {
                        _ping = _ping ?? new Ping();
                        _ping.Clear();
                        Body = _ping;
                    }
                    reader.Message(Body);
                    return true;
                case 34u:
                    if (!(Body is OpenSession))
                    {
                        _openSession = _openSession ?? new OpenSession();
                        _openSession.Clear();
                        Body = _openSession;
                    }
                    reader.Message(Body);
                    return true;
                case 42u:
                    if (!(Body is CloseSession))
                    {
                        _closeSession = _closeSession ?? new CloseSession();
                        _closeSession.Clear();
                        Body = _closeSession;
                    }
                    reader.Message(Body);
                    return true;
                case 50u:
                    if (!(Body is SolveClip))
                    {
                        _solveClip = _solveClip ?? new SolveClip();
                        _solveClip.Clear();
                        Body = _solveClip;
                    }
                    reader.Message(Body);
                    return true;
                case 58u:
                    if (!(Body is CancelClip))
                    {
                        _cancelClip = _cancelClip ?? new CancelClip();
                        _cancelClip.Clear();
                        Body = _cancelClip;
                    }
                    reader.Message(Body);
                    return true;
                case 66u:
                    if (!(Body is StartRecording))
                    {
                        _startRecording = _startRecording ?? new StartRecording();
                        _startRecording.Clear();
                        Body = _startRecording;
                    }
                    reader.Message(Body);
                    return true;
                case 74u:
                    if (!(Body is StopRecording))
                    {
                        _stopRecording = _stopRecording ?? new StopRecording();
                        _stopRecording.Clear();
                        Body = _stopRecording;
                    }
                    reader.Message(Body);
                    return true;
                case 82u:
                    if (!(Body is GetStatus))
                    {
                        _getStatus = _getStatus ?? new GetStatus();
                        _getStatus.Clear();
                        Body = _getStatus;
                    }
                    reader.Message(Body);
                    return true;
                case 130u:
                    if (!(Body is TrackerFrame))
                    {
                        _trackerFrame = _trackerFrame ?? new TrackerFrame();
                        _trackerFrame.Clear();
                        Body = _trackerFrame;
                    }
                    reader.Message(Body);
                    return true;
                case 138u:
                    if (!(Body is Watch))
                    {
                        _watch = _watch ?? new Watch();
                        _watch.Clear();
                        Body = _watch;
                    }
                    reader.Message(Body);
                    return true;
                case 322u:
                    if (!(Body is SubmitJob))
                    {
                        _submitJob = _submitJob ?? new SubmitJob();
                        _submitJob.Clear();
                        Body = _submitJob;
                    }
                    reader.Message(Body);
                    return true;
                case 330u:
                    if (!(Body is GetJobStatus))
                    {
                        _getJobStatus = _getJobStatus ?? new GetJobStatus();
                        _getJobStatus.Clear();
                        Body = _getJobStatus;
                    }
                    reader.Message(Body);
                    return true;
                case 338u:
                    if (!(Body is GetJobResult))
                    {
                        _getJobResult = _getJobResult ?? new GetJobResult();
                        _getJobResult.Clear();
                        Body = _getJobResult;
                    }
                    reader.Message(Body);
                    return true;
                case 346u:
                    if (!(Body is CancelJob))
                    {
                        _cancelJob = _cancelJob ?? new CancelJob();
                        _cancelJob.Clear();
                        Body = _cancelJob;
                    }
                    reader.Message(Body);
                    return true;
                case 354u:
                    if (!(Body is ListJobs))
                    {
                        _listJobs = _listJobs ?? new ListJobs();
                        _listJobs.Clear();
                        Body = _listJobs;
                    }
                    reader.Message(Body);
                    return true;
                case 362u:
                    if (!(Body is SubmitProblem))
                    {
                        _submitProblem = _submitProblem ?? new SubmitProblem();
                        _submitProblem.Clear();
                        Body = _submitProblem;
                    }
                    reader.Message(Body);
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Body is Hello) writer.Message(18u, Body);
            else if (Body is Ping) writer.Message(26u, Body);
            else if (Body is OpenSession) writer.Message(34u, Body);
            else if (Body is CloseSession) writer.Message(42u, Body);
            else if (Body is SolveClip) writer.Message(50u, Body);
            else if (Body is CancelClip) writer.Message(58u, Body);
            else if (Body is StartRecording) writer.Message(66u, Body);
            else if (Body is StopRecording) writer.Message(74u, Body);
            else if (Body is GetStatus) writer.Message(82u, Body);
            else if (Body is TrackerFrame) writer.Message(130u, Body);
            else if (Body is Watch) writer.Message(138u, Body);
            else if (Body is SubmitJob) writer.Message(322u, Body);
            else if (Body is GetJobStatus) writer.Message(330u, Body);
            else if (Body is GetJobResult) writer.Message(338u, Body);
            else if (Body is CancelJob) writer.Message(346u, Body);
            else if (Body is ListJobs) writer.Message(354u, Body);
            else if (Body is SubmitProblem) writer.Message(362u, Body);
            else if (Body != null) throw new ArgumentException("Body cannot be a " + Body.GetType().Name);
            if (RequestId != 0UL) writer.Unsigned(8u, RequestId);
        }
    }

    public sealed class JobStatus : Message
    {
        public string Job = "";
        public JobState State;
        public string Out = "";
        public uint FilesTotal;
        public uint FilesDone;
        public uint FilesFailed;
        public string File = "";
        public uint FramesDone;
        public uint FramesTotal;
        public long SubmittedMs;
        public long EndedMs;
        public string Problem = "";

        public override void Clear()
        {
            Job = "";
            State = default(JobState);
            Out = "";
            FilesTotal = default(uint);
            FilesDone = default(uint);
            FilesFailed = default(uint);
            File = "";
            FramesDone = default(uint);
            FramesTotal = default(uint);
            SubmittedMs = default(long);
            EndedMs = default(long);
            Problem = "";
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Job = reader.Text();
                    return true;
                case 16u:
                    State = (JobState)(int)reader.Varint();
                    return true;
                case 26u:
                    Out = reader.Text();
                    return true;
                case 32u:
                    FilesTotal = reader.UInt32();
                    return true;
                case 40u:
                    FilesDone = reader.UInt32();
                    return true;
                case 48u:
                    FilesFailed = reader.UInt32();
                    return true;
                case 58u:
                    File = reader.Text();
                    return true;
                case 64u:
                    FramesDone = reader.UInt32();
                    return true;
                case 72u:
                    FramesTotal = reader.UInt32();
                    return true;
                case 80u:
                    SubmittedMs = (long)reader.Varint();
                    return true;
                case 88u:
                    EndedMs = (long)reader.Varint();
                    return true;
                case 98u:
                    Problem = reader.Text();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (!string.IsNullOrEmpty(Problem)) writer.Text(98u, Problem);
            if (EndedMs != 0L) writer.Signed(88u, EndedMs);
            if (SubmittedMs != 0L) writer.Signed(80u, SubmittedMs);
            if (FramesTotal != 0u) writer.Unsigned(72u, FramesTotal);
            if (FramesDone != 0u) writer.Unsigned(64u, FramesDone);
            if (!string.IsNullOrEmpty(File)) writer.Text(58u, File);
            if (FilesFailed != 0u) writer.Unsigned(48u, FilesFailed);
            if (FilesDone != 0u) writer.Unsigned(40u, FilesDone);
            if (FilesTotal != 0u) writer.Unsigned(32u, FilesTotal);
            if (!string.IsNullOrEmpty(Out)) writer.Text(26u, Out);
            if (State != 0) writer.Signed(16u, (int)State);
            if (!string.IsNullOrEmpty(Job)) writer.Text(10u, Job);
        }
    }

    public sealed class JobList : Message
    {
        public readonly List<JobStatus> Jobs = new List<JobStatus>();

        public override void Clear()
        {
            Jobs.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                {
                    var one = new JobStatus();
                    Jobs.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Jobs.Count - 1; i >= 0; i--)
                writer.Message(10u, Jobs[i]);
        }
    }

    public sealed class JobOutput : Message
    {
        public string Path = "";
        public ulong SizeBytes;
        public byte[] Sha256 = Nothing;

        public override void Clear()
        {
            Path = "";
            SizeBytes = default(ulong);
            Sha256 = Nothing;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Path = reader.Text();
                    return true;
                case 16u:
                    SizeBytes = reader.Varint();
                    return true;
                case 26u:
                    Sha256 = reader.Bytes();
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Sha256.Length > 0) writer.Bytes(26u, Sha256);
            if (SizeBytes != 0UL) writer.Unsigned(16u, SizeBytes);
            if (!string.IsNullOrEmpty(Path)) writer.Text(10u, Path);
        }
    }

    public sealed class JobFile : Message
    {
        public string File = "";
        public JobState State;
        public ErrorCode Code;
        public string Message = "";
        public uint Frames;
        public readonly List<JobOutput> Outputs = new List<JobOutput>();

        public override void Clear()
        {
            File = "";
            State = default(JobState);
            Code = default(ErrorCode);
            Message = "";
            Frames = default(uint);
            Outputs.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    File = reader.Text();
                    return true;
                case 16u:
                    State = (JobState)(int)reader.Varint();
                    return true;
                case 24u:
                    Code = (ErrorCode)(int)reader.Varint();
                    return true;
                case 34u:
                    Message = reader.Text();
                    return true;
                case 40u:
                    Frames = reader.UInt32();
                    return true;
                case 50u:
                {
                    var one = new JobOutput();
                    Outputs.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Outputs.Count - 1; i >= 0; i--)
                writer.Message(50u, Outputs[i]);
            if (Frames != 0u) writer.Unsigned(40u, Frames);
            if (!string.IsNullOrEmpty(Message)) writer.Text(34u, Message);
            if (Code != 0) writer.Signed(24u, (int)Code);
            if (State != 0) writer.Signed(16u, (int)State);
            if (!string.IsNullOrEmpty(File)) writer.Text(10u, File);
        }
    }

    public sealed class JobResult : Message
    {
        public JobStatus Status;
        public readonly List<JobFile> Files = new List<JobFile>();

        public override void Clear()
        {
            Status = null;
            Files.Clear();
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 10u:
                    Status = Status ?? new JobStatus();
                    reader.Message(Status);
                    return true;
                case 18u:
                {
                    var one = new JobFile();
                    Files.Add(one);
                    reader.Take();
                    reader.Message(one);
                    return true;
                }
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            for (var i = Files.Count - 1; i >= 0; i--)
                writer.Message(18u, Files[i]);
            if (Status != null) writer.Message(10u, Status);
        }
    }

    public sealed class ServerMessage : Message
    {
        public ulong RequestId;
        public Message Body;

        private Welcome _welcome;
        private Pong _pong;
        private SessionOpened _sessionOpened;
        private SessionClosed _sessionClosed;
        private ClipProgress _clipProgress;
        private ClipSolved _clipSolved;
        private RecordingStarted _recordingStarted;
        private RecordingStopped _recordingStopped;
        private Heartbeat _heartbeat;
        private GoAway _goAway;
        private Error _error;
        private Status _status;
        private PoseFrame _poseFrame;
        private Watched _watched;
        private JobStatus _jobStatus;
        private JobResult _jobResult;
        private JobList _jobList;

        public override void Clear()
        {
            RequestId = default(ulong);
            Body = null;
        }

        public override bool ReadField(uint tag, WireReader reader)
        {
            switch (tag)
            {
                case 8u:
                    RequestId = reader.Varint();
                    return true;
                case 18u:
                    if (!(Body is Welcome))
                    {
                        _welcome = _welcome ?? new Welcome();
                        _welcome.Clear();
                        Body = _welcome;
                    }
                    reader.Message(Body);
                    return true;
                case 26u:
                    if (!(Body is Pong))
                    {
                        _pong = _pong ?? new Pong();
                        _pong.Clear();
                        Body = _pong;
                    }
                    reader.Message(Body);
                    return true;
                case 34u:
                    if (!(Body is SessionOpened))
                    {
                        _sessionOpened = _sessionOpened ?? new SessionOpened();
                        _sessionOpened.Clear();
                        Body = _sessionOpened;
                    }
                    reader.Message(Body);
                    return true;
                case 42u:
                    if (!(Body is SessionClosed))
                    {
                        _sessionClosed = _sessionClosed ?? new SessionClosed();
                        _sessionClosed.Clear();
                        Body = _sessionClosed;
                    }
                    reader.Message(Body);
                    return true;
                case 50u:
                    if (!(Body is ClipProgress))
                    {
                        _clipProgress = _clipProgress ?? new ClipProgress();
                        _clipProgress.Clear();
                        Body = _clipProgress;
                    }
                    reader.Message(Body);
                    return true;
                case 58u:
                    if (!(Body is ClipSolved))
                    {
                        _clipSolved = _clipSolved ?? new ClipSolved();
                        _clipSolved.Clear();
                        Body = _clipSolved;
                    }
                    reader.Message(Body);
                    return true;
                case 66u:
                    if (!(Body is RecordingStarted))
                    {
                        _recordingStarted = _recordingStarted ?? new RecordingStarted();
                        _recordingStarted.Clear();
                        Body = _recordingStarted;
                    }
                    reader.Message(Body);
                    return true;
                case 74u:
                    if (!(Body is RecordingStopped))
                    {
                        _recordingStopped = _recordingStopped ?? new RecordingStopped();
                        _recordingStopped.Clear();
                        Body = _recordingStopped;
                    }
                    reader.Message(Body);
                    return true;
                case 82u:
                    if (!(Body is Heartbeat))
                    {
                        _heartbeat = _heartbeat ?? new Heartbeat();
                        _heartbeat.Clear();
                        Body = _heartbeat;
                    }
                    reader.Message(Body);
                    return true;
                case 90u:
                    if (!(Body is GoAway))
                    {
                        _goAway = _goAway ?? new GoAway();
                        _goAway.Clear();
                        Body = _goAway;
                    }
                    reader.Message(Body);
                    return true;
                case 98u:
                    if (!(Body is Error))
                    {
                        _error = _error ?? new Error();
                        _error.Clear();
                        Body = _error;
                    }
                    reader.Message(Body);
                    return true;
                case 106u:
                    if (!(Body is Status))
                    {
                        _status = _status ?? new Status();
                        _status.Clear();
                        Body = _status;
                    }
                    reader.Message(Body);
                    return true;
                case 130u:
                    if (!(Body is PoseFrame))
                    {
                        _poseFrame = _poseFrame ?? new PoseFrame();
                        _poseFrame.Clear();
                        Body = _poseFrame;
                    }
                    reader.Message(Body);
                    return true;
                case 138u:
                    if (!(Body is Watched))
                    {
                        _watched = _watched ?? new Watched();
                        _watched.Clear();
                        Body = _watched;
                    }
                    reader.Message(Body);
                    return true;
                case 322u:
                    if (!(Body is JobStatus))
                    {
                        _jobStatus = _jobStatus ?? new JobStatus();
                        _jobStatus.Clear();
                        Body = _jobStatus;
                    }
                    reader.Message(Body);
                    return true;
                case 330u:
                    if (!(Body is JobResult))
                    {
                        _jobResult = _jobResult ?? new JobResult();
                        _jobResult.Clear();
                        Body = _jobResult;
                    }
                    reader.Message(Body);
                    return true;
                case 338u:
                    if (!(Body is JobList))
                    {
                        _jobList = _jobList ?? new JobList();
                        _jobList.Clear();
                        Body = _jobList;
                    }
                    reader.Message(Body);
                    return true;
                default:
                    return false;
            }
        }

        public override void WriteFields(WireWriter writer)
        {
            if (Body is Welcome) writer.Message(18u, Body);
            else if (Body is Pong) writer.Message(26u, Body);
            else if (Body is SessionOpened) writer.Message(34u, Body);
            else if (Body is SessionClosed) writer.Message(42u, Body);
            else if (Body is ClipProgress) writer.Message(50u, Body);
            else if (Body is ClipSolved) writer.Message(58u, Body);
            else if (Body is RecordingStarted) writer.Message(66u, Body);
            else if (Body is RecordingStopped) writer.Message(74u, Body);
            else if (Body is Heartbeat) writer.Message(82u, Body);
            else if (Body is GoAway) writer.Message(90u, Body);
            else if (Body is Error) writer.Message(98u, Body);
            else if (Body is Status) writer.Message(106u, Body);
            else if (Body is PoseFrame) writer.Message(130u, Body);
            else if (Body is Watched) writer.Message(138u, Body);
            else if (Body is JobStatus) writer.Message(322u, Body);
            else if (Body is JobResult) writer.Message(330u, Body);
            else if (Body is JobList) writer.Message(338u, Body);
            else if (Body != null) throw new ArgumentException("Body cannot be a " + Body.GetType().Name);
            if (RequestId != 0UL) writer.Unsigned(8u, RequestId);
        }
    }
}
