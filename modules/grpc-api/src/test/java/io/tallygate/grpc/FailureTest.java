package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.tallygate.counter.CounterProblem;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a kind of problem, of whichever domain, is over gRPC. */
final class FailureTest {

    /** A kind of a domain that this module does not know. */
    private record OtherDomains(Definition definition) implements ProblemKind {

        OtherDomains(ProblemCategory category) {
            this(new Definition("toll-unpaid", category, "The toll is unpaid"));
        }
    }

    @ParameterizedTest
    @CsvSource({"INVALID, INVALID_ARGUMENT", "NOT_FOUND, NOT_FOUND", "CONFLICT, FAILED_PRECONDITION",
            "PRECONDITION, ABORTED",
            "OUT_OF_RANGE, OUT_OF_RANGE", "KEY_REUSED, ALREADY_EXISTS", "LIMITED, RESOURCE_EXHAUSTED",
            "INTERNAL, INTERNAL", "UNAVAILABLE, UNAVAILABLE", "NOT_SET_UP, FAILED_PRECONDITION"})
    void exception_ofAKindOfAnotherDomain_hasTheCodeOfItsCategory(ProblemCategory category, Status.Code code)
            throws InvalidProtocolBufferException {
        var exception = Failure.of(new OtherDomains(category), "gate 7").exception();

        assertThat(exception.getStatus().getCode()).isEqualTo(code);
        assertThat(exception.getStatus().getDescription()).isEqualTo("gate 7");
        Any detail = Objects.requireNonNull(StatusProto.fromThrowable(exception)).getDetails(0);
        assertThat(detail.unpack(ErrorInfo.class).getReason()).isEqualTo("TOLL_UNPAID");
    }

    @Test
    void from_aProblemOfAnotherDomain_isItsKindAndDetail() {
        var problem = new DomainProblemException(new OtherDomains(ProblemCategory.CONFLICT), "gate 7",
                new IllegalStateException("an inside"));

        Failure failure = Failure.from(new CompletionException(problem), Asked.ADD);

        assertThat(failure).isEqualTo(Failure.of(problem.kind(), "gate 7"));
    }

    @Test
    void reasons_ofAllKinds_areTheirNamesAndDiffer() {
        assertThat(Stream.<ProblemKind[]>of(GeneralProblem.values(), GrpcProblem.values(), CounterProblem.values())
                .flatMap(Stream::of)).allSatisfy(
                        kind -> assertThat(Failure.of(kind, "").reason())
                                .isEqualTo(kind.toString()))
                .extracting(ProblemKind::slug).doesNotHaveDuplicates();
    }
}
