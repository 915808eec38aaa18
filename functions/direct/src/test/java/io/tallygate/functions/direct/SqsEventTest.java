package io.tallygate.functions.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of SQS messages, as Lambda's documentation shows them. */
final class SqsEventTest {

    private static final String FIFO = """
            {"Records":[{"messageId":"11d6ee51-4cc7-4302-9e22-7cd8afdaadf5","receiptHandle":"AQEBBX8nesZEXmkhsmZeyIE8",
              "body":"Test message.","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1573251510774",
              "SequenceNumber":"18849496460467696128","MessageGroupId":"1","SenderId":"AIDAIO23YVJENQZJOL4VO"},
              "messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs",
              "eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:usage_events.fifo","awsRegion":"us-east-2"}]}""";

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void read_ofAFifoQueue_givesItsMessagesWithTheirGroups() throws IOException {
        List<SqsMessage> messages = SqsEvent.read(stream(FIFO));
        assertThat(messages).containsExactly(new SqsMessage("11d6ee51-4cc7-4302-9e22-7cd8afdaadf5", "usage_events",
                "1", 1_573_251_510_774L, "Test message."));
        assertThat(messages.getFirst().place()).isBetween(0L, 999_999_999_999L)
                .isEqualTo(SqsEvent.read(stream(FIFO)).getFirst().place());
    }

    @Test
    void order_ofAQueueThatIsNone_isTheMessagesOwn() throws IOException {
        SqsMessage message = SqsEvent.read(stream(FIFO.replace(".fifo", ""))).getFirst();
        assertThat(message.queue()).isEqualTo("usage_events");
        assertThat(message.order()).contains(message.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "nonsense", "{\"Records\":{}}", "{\"Records\":[1]}",
            "{\"Records\":[{\"messageId\":\"1\"}]}", "{\"Records\":[{\"messageId\":7,\"eventSourceARN\":\"a\"}]}"})
    void read_ofWhatIsNoSuchEvent_fails(String event) {
        assertThatThrownBy(() -> SqsEvent.read(stream(event))).isInstanceOf(IOException.class);
    }
}
