package io.tallygate.launcher;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Duration;

/**
 * Writes events as its pattern says, but of connections that the system refuses to a process with too many open files one
 * line, and then one in a while that counts them: the servers try again each second, and Netty reports every time with a
 * stack trace. Thread-safe.
 */
final class AcceptFailures extends PatternLayoutEncoder {

    private static final String REPORTED_BY = "io.netty.channel.DefaultChannelPipeline";
    private static final String REASON = "Too many open files";
    private static final long COUNTED_MILLIS = Duration.ofSeconds(30).toMillis();
    private static final byte[] NOTHING = {};

    private long lineAtMillis;
    private int sinceLine;

    @Override
    public byte[] encode(ILoggingEvent event) {
        if (!isAcceptFailure(event)) {
            return super.encode(event);
        }
        String line = line(event.getTimeStamp());
        return line.isEmpty() ? NOTHING : super.encode(withMessage(event, line));
    }

    private static boolean isAcceptFailure(ILoggingEvent event) {
        IThrowableProxy cause = event.getThrowableProxy();
        return cause != null && event.getLoggerName().equals(REPORTED_BY) && cause.getMessage() != null
                && cause.getMessage().contains(REASON);
    }

    private synchronized String line(long nowMillis) {
        long silentMillis = nowMillis - lineAtMillis;
        sinceLine++;
        // Of two threads the one that was first may come second; a clock that was set back further is another matter.
        if (Math.abs(silentMillis) < COUNTED_MILLIS) {
            return "";
        }
        String line = "Connections cannot be accepted: too many open files, the limit is ulimit -n"
                + (sinceLine > 1 && silentMillis > 0
                        ? " (" + sinceLine + " times in " + silentMillis / 1_000 + " s)"
                        : "");
        lineAtMillis = nowMillis;
        sinceLine = 0;
        return line;
    }

    private static LoggingEvent withMessage(ILoggingEvent event, String message) {
        var brief = new LoggingEvent();
        brief.setLoggerName(event.getLoggerName());
        brief.setLevel(event.getLevel());
        brief.setThreadName(event.getThreadName());
        brief.setTimeStamp(event.getTimeStamp());
        brief.setMessage(message);
        return brief;
    }
}
