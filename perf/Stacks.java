import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * The samples of one kind in a flight recording, those with the same stack added up: a line each, with tabs between how
 * much it is, the thread, and the frames, the caller first. An allocation is as many bytes as it stands for, and its last
 * frame is the class that was allocated; any other sample is 1.
 *
 * <p>Arguments: FILE EVENT.
 */
final class Stacks {

    private Stacks() {}

    public static void main(String[] args) throws IOException {
        List<RecordedEvent> events = RecordingFile.readAllEvents(Path.of(args[0])).stream()
                .filter(event -> event.getEventType().getName().equals(args[1]) && event.getStackTrace() != null)
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
        Map<String, Long> stacks = new HashMap<>();
        Set<Long> threads = new HashSet<>();
        for (RecordedEvent event : events) {
            boolean first = threads.add(event.getThread().getId());
            if (!event.hasField("weight")) {
                stacks.merge(stackOf(event), 1L, Long::sum);
            } else if (!first) { // which stands for all that its thread had allocated before the recording, too
                stacks.merge(stackOf(event), event.getLong("weight"), Long::sum);
            }
        }
        stacks.forEach((stack, weight) -> System.out.println(weight + "\t" + stack));
    }

    private static String stackOf(RecordedEvent event) {
        String frames = event.getStackTrace().getFrames().reversed().stream()
                .map(Stacks::nameOf)
                .collect(Collectors.joining("\t"));
        String stack = event.getThread().getJavaName() + '\t' + frames;
        return event.hasField("objectClass") ? stack + '\t' + event.getClass("objectClass").getName() : stack;
    }

    private static String nameOf(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        return method.getType().getName() + '.' + method.getName();
    }
}
