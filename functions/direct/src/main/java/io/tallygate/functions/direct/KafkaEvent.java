package io.tallygate.functions.direct;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch as Lambda's event source mapping for Kafka sends it, from Amazon MSK or from a cluster of one's own, and the
 * answer that it understands when {@code ReportBatchItemFailures} is on.
 */
final class KafkaEvent {

    private static final JsonFactory JSON = new JsonFactory();

    private KafkaEvent() {}

    /** @throws IOException when it is not such an event */
    static List<KafkaRecord> read(InputStream event) throws IOException {
        var reader = new Reader();
        try (JsonParser in = JSON.createParser(event)) {
            require(in.nextToken() == JsonToken.START_OBJECT, "an object");
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                switch (name) {
                    case "eventSourceArn" -> reader.source = in.getText();
                    case "bootstrapServers" -> reader.servers = in.getText();
                    case "records" -> reader.readPartitions(in);
                    default -> in.skipChildren();
                }
            }
        }
        require(reader.found, "an object with records");
        return reader.records();
    }

    /** Names the records that are to be delivered again; none when there are none. */
    static void writeFailures(OutputStream answer, List<KafkaRecord> failed) throws IOException {
        try (JsonGenerator out = JSON.createGenerator(answer)) {
            out.writeStartObject();
            out.writeArrayFieldStart("batchItemFailures");
            for (KafkaRecord record : failed) {
                out.writeStartObject();
                out.writeObjectFieldStart("itemIdentifier");
                out.writeStringField("partition", record.topicPartition());
                out.writeNumberField("offset", record.offset());
                out.writeEndObject();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    private static void require(boolean holds, String expected) throws IOException {
        if (!holds) {
            throw new IOException("the event is not one of Kafka: expected " + expected);
        }
    }

    /** The records read so far. The cluster's name may come after them. */
    private static final class Reader {

        private final List<KafkaRecord> read = new ArrayList<>();
        private String source = "";
        private String servers = "";
        private boolean found;

        private void readPartitions(JsonParser in) throws IOException {
            found = true;
            require(in.currentToken() == JsonToken.START_OBJECT, "records by partition");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                require(in.nextToken() == JsonToken.START_ARRAY, "a list of records");
                while (in.nextToken() == JsonToken.START_OBJECT) {
                    read.add(readRecord(in));
                }
            }
        }

        private static KafkaRecord readRecord(JsonParser in) throws IOException {
            String topic = "";
            int partition = -1;
            long offset = -1;
            long timestamp = 0;
            byte[] value = {};
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                switch (name) {
                    case "topic" -> topic = in.getText();
                    case "partition" -> partition = in.getIntValue();
                    case "offset" -> offset = in.getLongValue();
                    case "timestamp" -> timestamp = in.getLongValue();
                    case "value" -> value = token == JsonToken.VALUE_NULL ? value : in.getBinaryValue();
                    default -> in.skipChildren();
                }
            }
            require(!topic.isEmpty() && partition >= 0 && offset >= 0, "a record with topic, partition and offset");
            return new KafkaRecord("", topic, partition, offset, timestamp, value);
        }

        private List<KafkaRecord> records() {
            String cluster = source.isEmpty() ? servers : source;
            return read.stream().map(record -> new KafkaRecord(cluster, record.topic(), record.partition(),
                    record.offset(), record.timestamp(), record.value())).toList();
        }
    }
}
