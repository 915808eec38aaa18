package io.tallygate.functions.direct;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

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
                    case "eventSourceArn" -> reader.arn = text(in);
                    case "bootstrapServers" -> reader.servers = text(in);
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

    /** Empty for what is no text. */
    private static String text(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        in.skipChildren();
        return "";
    }

    private static void require(boolean holds, String expected) throws IOException {
        if (!holds) {
            throw new IOException("the event is not one of Kafka: expected " + expected);
        }
    }

    /** The records read so far. What names the cluster may come after them. */
    private static final class Reader {

        private final List<KafkaRecord> read = new ArrayList<>();
        private String arn = "";
        private String servers = "";
        private boolean found;

        private void readPartitions(JsonParser in) throws IOException {
            found = true;
            require(in.currentToken() == JsonToken.START_OBJECT, "records by partition");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                require(in.nextToken() == JsonToken.START_ARRAY, "a list of records");
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    require(in.currentToken() == JsonToken.START_OBJECT, "a list of records");
                    read.add(readRecord(in));
                }
            }
        }

        /** Fails only for what could not be named as failed. */
        private static KafkaRecord readRecord(JsonParser in) throws IOException {
            String topic = "";
            int partition = -1;
            long offset = -1;
            long timestamp = 0;
            Value value = Value.NONE;
            String key = "";
            Map<String, String> headers = Map.of();
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                switch (name) {
                    case "topic" -> topic = text(in);
                    case "partition" -> partition = in.getValueAsInt(-1);
                    case "offset" -> offset = in.getValueAsLong(-1);
                    case "timestamp" -> timestamp = in.getValueAsLong();
                    case "value" -> value = readValue(in);
                    case "key" -> key = text(in);
                    case "headers" -> headers = readHeaders(in);
                    default -> in.skipChildren();
                }
            }
            require(!topic.isEmpty() && partition >= 0 && offset >= 0, "a record with topic, partition and offset");
            return new KafkaRecord("", topic, partition, offset, timestamp, value.bytes(), value.flaw(), key,
                    headers);
        }

        /** Each is an object of one name, whose value is a list of signed bytes. Others than those of events are left out. */
        private static Map<String, String> readHeaders(JsonParser in) throws IOException {
            if (in.currentToken() != JsonToken.START_ARRAY) {
                in.skipChildren();
                return Map.of();
            }
            var headers = new HashMap<String, String>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                if (in.currentToken() != JsonToken.START_OBJECT) {
                    in.skipChildren();
                    continue;
                }
                for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                    String known = name.toLowerCase(Locale.ROOT);
                    if (in.nextToken() == JsonToken.START_ARRAY
                            && (known.startsWith("ce_") || known.equals("content-type"))) {
                        headers.put(known, readBytes(in));
                    } else {
                        in.skipChildren();
                    }
                }
            }
            return headers;
        }

        private static String readBytes(JsonParser in) throws IOException {
            var bytes = new ByteArrayOutputStream();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                bytes.write(in.getValueAsInt());
                in.skipChildren();
            }
            return bytes.toString(StandardCharsets.UTF_8);
        }

        private static Value readValue(JsonParser in) throws IOException {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return Value.NONE;
            }
            if (in.currentToken() != JsonToken.VALUE_STRING) {
                in.skipChildren();
                return Value.flawed("its value is not a string");
            }
            try {
                return new Value(Base64.getDecoder().decode(in.getText()), "");
            } catch (IllegalArgumentException e) {
                return Value.flawed("its value is not base64: " + e.getMessage());
            }
        }

        private List<KafkaRecord> records() {
            String source = arn.isEmpty() ? cluster(servers) : arn;
            return read.stream().map(record -> record.from(source)).toList();
        }

        /** A cluster of one's own has no name but its brokers': the same whichever of them is named first. */
        private static String cluster(String servers) {
            return Arrays.stream(servers.split(",")).map(server -> server.strip().toLowerCase(Locale.ROOT)).distinct()
                    .sorted().collect(Collectors.joining(","));
        }
    }

    /** What a record holds, or what is wrong with it. */
    private record Value(byte[] bytes, String flaw) {

        private static final Value NONE = new Value(new byte[0], "");

        static Value flawed(String flaw) {
            return new Value(NONE.bytes, flaw);
        }
    }
}
