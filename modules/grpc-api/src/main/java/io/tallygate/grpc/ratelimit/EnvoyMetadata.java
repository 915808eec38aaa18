package io.tallygate.grpc.ratelimit;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.DescriptorReport;
import io.tallygate.ratelimit.rules.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What rules say for callers, as Envoy's dynamic metadata: under {@code metadata}, of the descriptors that are within their
 * limits, the first that says something of a name.
 */
final class EnvoyMetadata {

    private EnvoyMetadata() {}

    /** Empty where no rule says anything. */
    static Optional<Struct> of(CheckResult result) {
        var merged = Struct.newBuilder();
        for (DescriptorReport report : result.descriptors()) {
            if (report.outcome() != Outcome.OVER && !report.metadata().isEmpty()) {
                merge(merged, struct(report.metadata()));
            }
        }
        return merged.getFieldsCount() == 0
                ? Optional.empty()
                : Optional.of(Struct.newBuilder()
                        .putFields("metadata", Value.newBuilder().setStructValue(merged).build()).build());
    }

    private static void merge(Struct.Builder into, Struct added) {
        added.getFieldsMap().forEach((name, value) -> {
            Value before = into.getFieldsMap().get(name);
            if (before == null) {
                into.putFields(name, value);
            } else if (before.hasStructValue() && value.hasStructValue()) {
                Struct.Builder both = before.getStructValue().toBuilder();
                merge(both, value.getStructValue());
                into.putFields(name, Value.newBuilder().setStructValue(both).build());
            }
        });
    }

    private static Struct struct(Map<?, ? extends @Nullable Object> map) {
        var struct = Struct.newBuilder();
        map.forEach((name, value) -> struct.putFields(String.valueOf(name), value(value)));
        return struct.build();
    }

    private static Value value(@Nullable Object value) {
        var message = Value.newBuilder();
        return switch (value) {
            case null -> message.setNullValue(NullValue.NULL_VALUE).build();
            case Map<?, ?> map -> message.setStructValue(struct(map)).build();
            case List<?> list -> message.setListValue(
                    ListValue.newBuilder().addAllValues(list.stream().map(EnvoyMetadata::value).toList())).build();
            case Number number -> message.setNumberValue(number.doubleValue()).build();
            case Boolean bool -> message.setBoolValue(bool).build();
            default -> message.setStringValue(value.toString()).build();
        };
    }
}
