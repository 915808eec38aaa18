package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.tallygate.access.Scope;
import io.tallygate.counter.Increment;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class MethodScopesTest {

    private static final Set<Scope> EVERY = Set.of(Scope.READ, Scope.WRITE, Scope.ADMIN);

    private final MethodScopes scopes = new MethodScopes(List.of());

    private Map<String, Set<Scope>> of(ServiceDescriptor service) {
        return service.getMethods().stream().collect(Collectors.toMap(
                method -> Objects.requireNonNull(method.getBareMethodName()), scopes::of));
    }

    @Test
    void of_methodsOfCounterService_areWhatTheirOptionsSay() {
        assertThat(of(CounterServiceGrpc.getServiceDescriptor())).isEqualTo(Map.of(
                "Increment", Set.of(Scope.WRITE),
                "BatchIncrement", Set.of(Scope.WRITE),
                "StreamIncrements", Set.of(Scope.WRITE),
                "Get", Set.of(Scope.READ),
                "BatchGet", Set.of(Scope.READ),
                "Top", Set.of(Scope.READ),
                "Reset", Set.of(Scope.ADMIN)));
    }

    @Test
    void of_methodsOfQuotaService_areWhatTheirOptionsSay() {
        Map<String, Set<Scope>> needed = of(QuotaServiceGrpc.getServiceDescriptor());
        assertThat(needed).hasSize(20);
        assertThat(withScope(needed, Scope.READ)).containsExactly("Check", "GetConsumer", "GetPlan", "GetReservation",
                "GetSubject", "GetUsage", "ListPlans", "ListSubjects");
        assertThat(withScope(needed, Scope.WRITE)).containsExactly("Commit", "Consume", "ConsumeBatch", "Refund",
                "Release", "Reserve");
        assertThat(withScope(needed, Scope.ADMIN)).containsExactly("DeletePlan", "DeleteSubject", "PutPlan",
                "PutSubject", "Reset", "TopUp");
    }

    private static List<String> withScope(Map<String, Set<Scope>> needed, Scope scope) {
        return needed.entrySet().stream().filter(method -> method.getValue().equals(Set.of(scope)))
                .map(Map.Entry::getKey).sorted().toList();
    }

    @Test
    void of_methodsOfPaymentService_areWhatTheirOptionsSay() {
        assertThat(of(PaymentServiceGrpc.getServiceDescriptor())).isEqualTo(Map.of(
                "Pay", Set.of(Scope.WRITE),
                "GetPayment", Set.of(Scope.READ),
                "GetAccount", Set.of(Scope.READ),
                "Deposit", Set.of(Scope.ADMIN)));
    }

    @Test
    void of_methodsOfEventService_areWhatTheirOptionsSay() {
        Map<String, Set<Scope>> needed = of(EventServiceGrpc.getServiceDescriptor());
        assertThat(needed).hasSize(11);
        assertThat(withScope(needed, Scope.READ)).containsExactly("GetLag");
        assertThat(withScope(needed, Scope.WRITE)).containsExactly("Append");
        assertThat(withScope(needed, Scope.ADMIN)).containsExactly("CountDeadLetters", "GetDeadLetter", "GetReplay",
                "ListDeadLetters", "Purge", "PurgeAll", "Replay", "ReplayAll", "Resume");
    }

    @Test
    void of_methodsWithoutTheOption_areAll() {
        assertThat(of(PeerServiceGrpc.getServiceDescriptor())).isEqualTo(Map.of("WindowShare", EVERY));
        assertThat(of(LedgerServiceGrpc.getServiceDescriptor()).values()).hasSize(6).containsOnly(EVERY);
        assertThat(scopes.of(CounterServiceGrpc.getGetMethod().toBuilder().setFullMethodName("other.Service/Get")
                .setSchemaDescriptor(null).build())).isEqualTo(EVERY);
    }

    @Test
    void of_methodThatADomainNames_isWhatItSays() {
        var method = LedgerServiceGrpc.getApplyFlushMethod();
        var named = new MethodScopes(List.of(new ForeignMethod(method, Scope.WRITE)));

        assertThat(named.of(method)).isEqualTo(Set.of(Scope.WRITE));
    }

    @Test
    void of_methodsOfGrpcItself_areNoneForHealthAndReadForReflection() {
        assertThat(of(HealthGrpc.getServiceDescriptor()).values()).containsOnly(Set.of());
        assertThat(of(ServerReflectionGrpc.getServiceDescriptor()).values()).containsOnly(Set.of(Scope.READ));
    }
}
