package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemberNamesTest {

    private final MemberNames names = MemberNames
            .of("resource_id", "counter_type", "delta", "increment", "user_id", "async", "request_id")
            .orElsewhere("idempotency_key", "request_id");

    @ParameterizedTest
    @CsvSource({"dleta,delta", "delt,delta", "deltaa,delta", "Delta,delta", "deltas,delta", "edlta,delta",
            "incremnet,increment", "incremment,increment", "increments,increment", "resourceId,resource_id",
            "ResourceID,resource_id", "resource-id,resource_id", "RESOURCE_ID,resource_id", "resource.id,resource_id",
            "resource id,resource_id", "resourceid,resource_id", "resuorce_id,resource_id", "recourse_id,resource_id",
            "counterType,counter_type", "conuter_type,counter_type", "counter_tpye,counter_type", "userId,user_id",
            "usr_id,user_id", "asynch,async", "Async,async", "aync,async", "requestId,request_id",
            "reqeust_id,request_id", "idempotency_key,request_id", "idempotencyKey,request_id",
            "Idempotency-Key,request_id", "idempotncy_key,request_id"})
    void meantBy_aSlip_isTheMember(String name, String member) {
        assertThat(names.meantBy(name)).isEqualTo(member);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "note", "id", "user", "type", "name", "value", "count", "source", "source_id",
            "event_id", "user_ip", "user_name", "request_ip", "request_ts", "requested", "requester_id", "resource",
            "resource_url", "counter", "content_type", "sync", "delay", "date", "document", "session_id", "trace_id",
            "timestamp", "x", "", "_", "__", "日本", "operation_id", "key", "a_name_much_longer_than_any_known_one"})
    void meantBy_anotherName_isNothing(String name) {
        assertThat(names.meantBy(name)).isNull();
    }

    @Test
    void meantBy_aLongName_isNotCompared() {
        assertThat(names.meantBy("delta".repeat(100_000))).isNull();
    }
}
