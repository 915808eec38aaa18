import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Questions about rate limits over gRPC, a call each, over four connections, to any server that speaks Envoy's protocol or
 * gubernator's: either so many callers of which each asks again when it is answered, or so many questions a second, whose
 * latency counts from when each was due. One process asks all servers in turn, so that they have the same client.
 *
 * <p>A line of its input says what to ask, a line of JSON what it saw. PROTOCOL PORT RULE LIMIT PREFIX KEYS CALLERS RATE
 * SECONDS MARK: PROTOCOL is envoy or gubernator; the key of a question is PREFIX and one of so many numbers, drawn evenly;
 * LIMIT is a day's, and only gubernator is told; RATE is 0 for callers that ask as fast as they are answered, and CALLERS are
 * then how many, else how many at most; MARK is 0, or a time of {@link System#nanoTime} at which something happens to the
 * server: then what was seen before, in the second after and later is told apart, by when a question was due, and one that
 * waited at MARK belongs to what came after it.
 *
 * <p>The stubs and HdrHistogram are on the class path.
 */
final class Decisions {

    private static final int CONNECTIONS = 4;
    private static final long NANOS_MAX = 60_000_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int DIGITS = 3;
    private static final long NAP_NANOS = 50_000;
    /** Whoever asks at a constant rate gives up then. */
    private static final long DEADLINE_SECONDS = 10;

    private final Map<Integer, List<ManagedChannel>> channels = new HashMap<>();

    private Decisions() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Decisions decisions = new Decisions();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Order order = Order.of(line);
            System.out.println(new Run(order, decisions.channelsTo(order.port)).run());
        }
        decisions.channels.values().forEach(each -> each.forEach(ManagedChannel::shutdownNow));
    }

    private List<ManagedChannel> channelsTo(int port) {
        return channels.computeIfAbsent(port, _ -> {
            List<ManagedChannel> opened = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                opened.add(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build());
            }
            return opened;
        });
    }

    private record Order(Protocol protocol, int port, String rule, long limit, String prefix, int keys, int callers,
            long rate, int seconds, long mark) {

        static Order of(String line) {
            String[] words = line.split(" ");
            return new Order(Protocol.valueOf(words[0].toUpperCase(Locale.ROOT)), Integer.parseInt(words[1]), words[2],
                    Long.parseLong(words[3]), words[4], Integer.parseInt(words[5]), Integer.parseInt(words[6]),
                    Long.parseLong(words[7]), Integer.parseInt(words[8]), Long.parseLong(words[9]));
        }
    }

    private enum Decision {
        ALLOWED, DENIED, FAILED
    }

    /** What is sent and what comes back, as bytes, so that a call costs the client the same whatever it speaks. */
    private enum Protocol {

        ENVOY(RateLimitServiceGrpc.getShouldRateLimitMethod().getFullMethodName()) {

            private static final int OVERALL_CODE = 1;
            private static final int OK = 1;
            private static final int OVER_LIMIT = 2;

            @Override
            byte[] question(Order order, String key) {
                RateLimitRequest.Builder request = RateLimitRequest.newBuilder().setDomain("perf");
                request.addDescriptorsBuilder().addEntriesBuilder().setKey(order.rule).setValue(key);
                return request.build().toByteArray();
            }

            @Override
            Decision decision(CodedInputStream answer) throws IOException {
                long code = numberOf(answer, OVERALL_CODE);
                return code == OK ? Decision.ALLOWED : code == OVER_LIMIT ? Decision.DENIED : Decision.FAILED;
            }
        },

        GUBERNATOR("pb.gubernator.V1/GetRateLimits") {

            private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
            /** Of both messages. */
            private static final int LIMITS = 1;
            private static final int NAME = 1;
            private static final int UNIQUE_KEY = 2;
            private static final int HITS = 3;
            private static final int LIMIT = 4;
            private static final int DURATION = 5;
            private static final int STATUS = 1;
            private static final int ERROR = 5;

            /** Without an algorithm, which is its token bucket. */
            @Override
            byte[] question(Order order, String key) throws IOException {
                ByteArrayOutputStream limit = new ByteArrayOutputStream();
                CodedOutputStream to = CodedOutputStream.newInstance(limit);
                to.writeString(NAME, order.rule);
                to.writeString(UNIQUE_KEY, key);
                to.writeInt64(HITS, 1);
                to.writeInt64(LIMIT, order.limit);
                to.writeInt64(DURATION, DAY_MILLIS);
                to.flush();
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                CodedOutputStream around = CodedOutputStream.newInstance(request);
                around.writeByteArray(LIMITS, limit.toByteArray());
                around.flush();
                return request.toByteArray();
            }

            @Override
            Decision decision(CodedInputStream answer) throws IOException {
                int tag = answer.readTag();
                if (WireFormat.getTagFieldNumber(tag) != LIMITS) {
                    return Decision.FAILED;
                }
                answer.readRawVarint32();
                long status = 0;
                for (tag = answer.readTag(); tag != 0; tag = answer.readTag()) {
                    int field = WireFormat.getTagFieldNumber(tag);
                    if (field == ERROR) {
                        return Decision.FAILED;
                    }
                    if (field == STATUS) {
                        status = answer.readRawVarint64();
                    } else {
                        answer.skipField(tag);
                    }
                }
                return status == 0 ? Decision.ALLOWED : Decision.DENIED;
            }
        };

        private final MethodDescriptor<byte[], byte[]> method;

        Protocol(String fullName) {
            method = MethodDescriptor.<byte[], byte[]>newBuilder().setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(fullName).setRequestMarshaller(new Bytes()).setResponseMarshaller(new Bytes())
                    .build();
        }

        abstract byte[] question(Order order, String key) throws IOException;

        abstract Decision decision(CodedInputStream answer) throws IOException;

        Decision decision(byte[] answer) {
            try {
                return decision(CodedInputStream.newInstance(answer));
            } catch (IOException malformed) {
                return Decision.FAILED;
            }
        }

        private static long numberOf(CodedInputStream message, int field) throws IOException {
            for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == field) {
                    return message.readRawVarint64();
                }
                message.skipField(tag);
            }
            return 0;
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    /** Questions that differ in the digits of their keys: copies of one with other digits. */
    private static final class Questions {

        private final byte[] first;
        private final int lastDigit;
        private final int keys;

        Questions(Order order) throws IOException {
            String key = order.prefix + Popularity.FIRST_NUMBER;
            first = order.protocol.question(order, key);
            lastDigit = new String(first, StandardCharsets.ISO_8859_1).lastIndexOf(key) + key.length() - 1;
            keys = order.keys;
        }

        byte[] any() {
            byte[] question = first.clone();
            int at = lastDigit;
            for (int left = Popularity.FIRST_NUMBER + ThreadLocalRandom.current().nextInt(keys); left > 0; left /= 10) {
                question[at--] = (byte) ('0' + left % 10);
            }
            return question;
        }
    }

    /** What was seen of those questions that belong together. */
    private static final class Part {

        private final ConcurrentHistogram latency = new ConcurrentHistogram(NANOS_MAX, DIGITS);
        private final LongAdder allowed = new LongAdder();
        private final LongAdder denied = new LongAdder();
        private final LongAdder failed = new LongAdder();

        void add(Decision decision, long nanos) {
            latency.recordValue(Math.clamp(nanos, 0, NANOS_MAX));
            switch (decision) {
                case ALLOWED -> allowed.increment();
                case DENIED -> denied.increment();
                case FAILED -> failed.increment();
            }
        }

        String describe(double seconds) {
            long decided = allowed.sum() + denied.sum();
            return String.format(Locale.ROOT,
                    "\"requests\":%d,\"seconds\":%.6f,\"allowed\":%d,\"denied\":%d,\"acknowledged\":%d,"
                            + "\"errors\":{\"failed\":%d},\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,"
                            + "\"p999_ms\":%.3f,\"max_ms\":%.3f",
                    decided, seconds, allowed.sum(), denied.sum(), decided, failed.sum(), millis(50), millis(95),
                    millis(99), millis(99.9), millis(100));
        }

        void add(Part other) {
            latency.add(other.latency);
            allowed.add(other.allowed.sum());
            denied.add(other.denied.sum());
            failed.add(other.failed.sum());
        }

        private double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1e6;
        }
    }

    private static final class Run {

        private final Order order;
        private final List<ManagedChannel> channels;
        private final Questions questions;
        private final Part before = new Part();
        private final Part firstSecond = new Part();
        private final Part later = new Part();
        /** A permit for each question that may be open. */
        private final Semaphore open;
        private final AtomicReference<String> reason = new AtomicReference<>("");
        private final long startNanos;
        private final long endNanos;
        private long sent;
        private long unsent;

        Run(Order order, List<ManagedChannel> channels) throws IOException {
            this.order = order;
            this.channels = channels;
            questions = new Questions(order);
            open = new Semaphore(order.callers);
            startNanos = System.nanoTime();
            endNanos = startNanos + order.seconds * SECOND_NANOS;
        }

        /** Returns when every question has come to its end. */
        String run() throws InterruptedException {
            if (order.rate == 0) {
                askInTurns();
            } else {
                askWhenDue();
            }
            open.acquire(order.callers);
            return describe((System.nanoTime() - startNanos) / 1e9);
        }

        private void askInTurns() throws InterruptedException {
            for (int i = 0; i < order.callers; i++) {
                open.acquire();
                askAgain(channels.get(i % CONNECTIONS));
            }
        }

        private void askAgain(Channel channel) {
            long now = System.nanoTime();
            if (now - endNanos >= 0) {
                open.release();
            } else {
                ask(channel, CallOptions.DEFAULT, now, () -> askAgain(channel));
            }
        }

        private void askWhenDue() {
            for (long due = dueNanos(); due - endNanos < 0; due = dueNanos()) {
                long now = System.nanoTime();
                if (now - endNanos >= 0) {
                    break;
                }
                if (due - now > 0 || !open.tryAcquire()) {
                    LockSupport.parkNanos(NAP_NANOS);
                    continue;
                }
                CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
                ask(channels.get((int) (sent % CONNECTIONS)), options, due, open::release);
                sent++;
            }
            for (long due = dueNanos(); due - endNanos < 0; due = dueNanos()) {
                partOf(due, endNanos).add(Decision.FAILED, endNanos - due);
                unsent++;
            }
        }

        private long dueNanos() {
            return startNanos + (long) ((sent + unsent) * (1e9 / order.rate));
        }

        private void ask(Channel channel, CallOptions options, long due, Runnable next) {
            StreamObserver<byte[]> observer = new StreamObserver<>() {
                @Override
                public void onNext(byte[] answer) {
                    ended(due, order.protocol.decision(answer), "an answer that decides nothing");
                }

                @Override
                public void onError(Throwable failure) {
                    ended(due, Decision.FAILED, failure.toString());
                    next.run();
                }

                @Override
                public void onCompleted() {
                    next.run();
                }
            };
            ClientCalls.asyncUnaryCall(channel.newCall(order.protocol.method, options), questions.any(), observer);
        }

        private void ended(long due, Decision decision, String why) {
            long now = System.nanoTime();
            partOf(due, now).add(decision, now - due);
            if (decision == Decision.FAILED) {
                reason.compareAndSet("", why);
            }
        }

        private Part partOf(long due, long ended) {
            if (order.mark == 0 || ended - order.mark < 0) {
                return before;
            }
            return due - order.mark < SECOND_NANOS ? firstSecond : later;
        }

        private String describe(double seconds) {
            Part all = new Part();
            all.add(before);
            all.add(firstSecond);
            all.add(later);
            String parts = order.mark == 0
                    ? ""
                    : String.format(Locale.ROOT, ",\"before\":{%s},\"first_second\":{%s},\"later\":{%s}",
                            before.describe((order.mark - startNanos) / 1e9), firstSecond.describe(1),
                            later.describe((endNanos - order.mark) / 1e9 - 1));
            return String.format(Locale.ROOT, "{%s,\"unsent\":%d,\"reason\":%s%s}", all.describe(seconds), unsent,
                    Json.quoted(reason.get()), parts);
        }
    }
}
