package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What calls fail with. */
public final class Refusals {

    private Refusals() {}

    public static StatusRuntimeException failureOf(ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure).as("the failure of the call").isNotNull();
        return failure;
    }

    public static StatusRuntimeException assertRefused(Status.Code code, String reason, ThrowingCallable call) {
        StatusRuntimeException failure = failureOf(call);
        assertRefused(code, reason, failure);
        return failure;
    }

    public static void assertRefused(Status.Code code, String reason, StatusRuntimeException failure) {
        assertThat(failure.getStatus().getCode()).as("%s", failure).isEqualTo(code);
        ErrorInfo info = TestServer.detail(failure, ErrorInfo.class).orElseThrow();
        assertThat(info.getDomain()).isEqualTo("tallygate");
        assertThat(info.getReason()).isEqualTo(reason);
    }

    public static void assertInvalid(String field, ThrowingCallable call) {
        StatusRuntimeException failure = assertRefused(Status.Code.INVALID_ARGUMENT, "INVALID_INPUT", call);
        assertThat(TestServer.detail(failure, BadRequest.class).orElseThrow().getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField).contains(field);
        assertThat(TestServer.detail(failure, RetryInfo.class)).isEmpty();
    }

    public static String outcome(StatusRuntimeException failure) {
        return TestServer.detail(failure, ErrorInfo.class).orElseThrow().getMetadataOrDefault("outcome", "");
    }
}
