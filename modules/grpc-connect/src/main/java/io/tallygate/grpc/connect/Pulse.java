package io.tallygate.grpc.connect;

/** What an instance's last heartbeat showed. */
public enum Pulse {
    /** It answered, whatever it said, or was not asked yet. */
    ANSWERED,
    /** It did not answer in time. */
    SILENT,
    /** It could not be connected. */
    UNREACHABLE
}
