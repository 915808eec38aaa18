package io.tallygate.grpc.ratelimit;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.type.v3.RateLimitUnit;
import java.util.Map;

/**
 * The JSON mapping of Envoy's messages, with what is younger than the library's stubs: {@code is_negative_hits} and the unit
 * {@code WEEK}, which messages carry as fields that they do not know. Thread-safe.
 */
final class EnvoyJson {

    private static final String NEGATIVE_HITS = "is_negative_hits";
    private static final String WEEK = "WEEK";

    private final Descriptor request;

    EnvoyJson() {
        try {
            FileDescriptor units = RateLimitUnit.getDescriptor().getFile();
            FileDescriptor descriptors = RateLimitDescriptor.getDescriptor().getFile();
            FileDescriptor service = RateLimitRequest.getDescriptor().getFile();
            FileDescriptor youngUnits = FileDescriptor.buildFrom(withWeek(units.toProto()),
                    units.getDependencies().toArray(FileDescriptor[]::new));
            FileDescriptor youngDescriptors = built(withNegativeHits(descriptors.toProto()), descriptors,
                    Map.of(units.getName(), youngUnits));
            FileDescriptor young = built(service.toProto(), service,
                    Map.of(units.getName(), youngUnits, descriptors.getName(), youngDescriptors));
            this.request = young.findMessageTypeByName(RateLimitRequest.getDescriptor().getName());
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("one field and one value more", e);
        }
    }

    private static FileDescriptor built(FileDescriptorProto file, FileDescriptor as, Map<String, FileDescriptor> young)
            throws DescriptorValidationException {
        return FileDescriptor.buildFrom(file, as.getDependencies().stream()
                .map(needed -> young.getOrDefault(needed.getName(), needed)).toArray(FileDescriptor[]::new));
    }

    private static FileDescriptorProto withWeek(FileDescriptorProto file) {
        FileDescriptorProto.Builder changed = file.toBuilder();
        EnumDescriptorProto.Builder units = changed.getEnumTypeBuilder(0);
        if (units.getValueList().stream().noneMatch(value -> value.getName().equals(WEEK))) {
            units.addValueBuilder().setName(WEEK).setNumber(EnvoyMessages.WEEK);
        }
        return changed.build();
    }

    private static FileDescriptorProto withNegativeHits(FileDescriptorProto file) {
        FileDescriptorProto.Builder changed = file.toBuilder();
        for (DescriptorProto.Builder message : changed.getMessageTypeBuilderList()) {
            if (message.getName().equals(RateLimitDescriptor.getDescriptor().getName())
                    && message.getFieldList().stream().noneMatch(field -> field.getName().equals(NEGATIVE_HITS))) {
                message.addFieldBuilder().setName(NEGATIVE_HITS).setNumber(EnvoyMessages.NEGATIVE_HITS_FIELD)
                        .setType(FieldDescriptorProto.Type.TYPE_BOOL)
                        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
            }
        }
        return changed.build();
    }

    /** @throws InvalidProtocolBufferException when it is no such message */
    RateLimitRequest read(String json) throws InvalidProtocolBufferException {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(request);
        JsonFormat.parser().merge(json, message);
        return RateLimitRequest.parseFrom(message.build().toByteString());
    }

    String write(RateLimitResponse response) throws InvalidProtocolBufferException {
        return JsonFormat.printer().omittingInsignificantWhitespace().print(response);
    }
}
