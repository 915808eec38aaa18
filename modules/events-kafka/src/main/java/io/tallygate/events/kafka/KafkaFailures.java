package io.tallygate.events.kafka;

import io.tallygate.event.EventProblem;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What failures of Kafka are to callers. */
final class KafkaFailures {

    private KafkaFailures() {}

    /** What a failure is that has to do with a topic. */
    static RuntimeException of(String topic, Throwable failure) {
        Throwable cause = cause(failure);
        return switch (cause) {
            case UnavailableException known -> known;
            case DomainProblemException known -> known;
            case UnknownTopicOrPartitionException _ -> missing(topic);
            case RecordTooLargeException _ -> new InvalidInputException("data", "",
                    "must be smaller: Kafka's topic " + topic + " takes no event of this size");
            case InterruptException _,InterruptedException _ -> new ShuttingDownException();
            default -> new StoreUnavailableException(sentence(topic, cause), cause);
        };
    }

    private static DomainProblemException missing(String topic) {
        return new DomainProblemException(EventProblem.TOPIC_MISSING, "Kafka has no topic " + topic
                + "; create it, or set " + KafkaSettingGroup.CREATE_TOPICS.name());
    }

    /** What is wrong, for whoever runs the process. */
    static String sentence(String topic, Throwable failure) {
        Throwable cause = cause(failure);
        return switch (cause) {
            case DomainProblemException problem -> problem.detail();
            case StoreUnavailableException known -> String.valueOf(known.getMessage());
            case UnknownTopicOrPartitionException _ -> missing(topic).detail();
            case AuthorizationException _,AuthenticationException _ ->
                "Kafka does not let this process use topic " + topic + ": " + Reasons.of(cause);
            default -> "Kafka does not serve topic " + topic + ": " + Reasons.of(cause);
        };
    }

    /** What it is behind those that only carry it. */
    static Throwable cause(Throwable failure) {
        Throwable cause = StageFailures.cause(failure);
        return cause instanceof ExecutionException && cause.getCause() != null ? cause.getCause() : cause;
    }
}
