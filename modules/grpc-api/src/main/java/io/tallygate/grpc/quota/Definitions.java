package io.tallygate.grpc.quota;

import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.StageFailures;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Datum;
import io.tallygate.quota.InvalidDocumentException;
import io.tallygate.quota.Limit;
import io.tallygate.quota.PlanPage;
import io.tallygate.quota.PlanState;
import io.tallygate.quota.SubjectPage;
import io.tallygate.quota.SubjectState;
import io.tallygate.quota.v1.ListPlansResponse;
import io.tallygate.quota.v1.ListSubjectsResponse;
import io.tallygate.quota.v1.Plan;
import io.tallygate.quota.v1.PlanSource;
import io.tallygate.quota.v1.PutPlanRequest;
import io.tallygate.quota.v1.PutSubjectRequest;
import io.tallygate.quota.v1.SettledSubject;
import io.tallygate.quota.v1.Subject;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Plans and subjects' settings, between messages and documents. The domain reads what is in a document. */
final class Definitions {

    private Definitions() {}

    static Datum plan(PutPlanRequest request) {
        var members = new LinkedHashMap<String, Datum>();
        if (request.hasTimeZone()) {
            members.put("time_zone", new Datum.Text(request.getTimeZone()));
        }
        members.put("limits", limits(request.getLimitsList()));
        return new Datum.Members(members);
    }

    static Datum subject(PutSubjectRequest request) {
        var members = new LinkedHashMap<String, Datum>();
        if (request.hasPlan()) {
            members.put("plan", new Datum.Text(request.getPlan()));
        }
        members.put("overrides", limits(request.getOverridesList()));
        if (request.hasAnchor()) {
            members.put("anchor", new Datum.Text(request.getAnchor()));
        }
        return new Datum.Members(members);
    }

    private static Datum limits(List<io.tallygate.quota.v1.Limit> limits) {
        return new Datum.Items(limits.stream().map(Definitions::limit).toList());
    }

    private static Datum limit(io.tallygate.quota.v1.Limit limit) {
        var members = new LinkedHashMap<String, Datum>();
        putText(members, "quota_type", limit.getQuotaType());
        if (!limit.getLimit().isEmpty()) {
            members.put("limit", new Datum.Numeral(limit.getLimit()));
        }
        putText(members, "per", limit.getPer());
        if (limit.hasAnchor()) {
            members.put("anchor", new Datum.Text(limit.getAnchor()));
        }
        if (limit.hasHard()) {
            members.put("hard", new Datum.Flag(limit.getHard()));
        }
        if (limit.hasGrace()) {
            members.put("grace", new Datum.Numeral(limit.getGrace()));
        }
        if (limit.hasScale()) {
            members.put("scale", new Datum.Numeral(Integer.toString(limit.getScale())));
        }
        return new Datum.Members(members);
    }

    /** A field that was not set is a member that is missing. */
    private static void putText(Map<String, Datum> members, String name, String text) {
        if (!text.isEmpty()) {
            members.put(name, new Datum.Text(text));
        }
    }

    /** The same answer, with complaints about a document as the invalid request that they are. */
    static <T> CompletionStage<T> ofDocument(CompletionStage<T> answer) {
        return answer.exceptionallyCompose(failure -> {
            Throwable cause = StageFailures.cause(failure);
            return CompletableFuture.failedFuture(cause instanceof InvalidDocumentException invalid
                    ? new InvalidRequestException(invalid.errors())
                    : cause);
        });
    }

    private static List<io.tallygate.quota.v1.Limit> messages(List<Limit> limits) {
        return limits.stream().map(Definitions::message).toList();
    }

    private static io.tallygate.quota.v1.Limit message(Limit limit) {
        var message = io.tallygate.quota.v1.Limit.newBuilder().setQuotaType(limit.quotaType())
                .setLimit(Amount.text(limit.most(), limit.scale())).setPer(limit.per().toString())
                .setHard(limit.hard()).setScale(limit.scale());
        if (limit.anchor() != null) {
            message.setAnchor(limit.anchor().toString());
        }
        if (limit.grace() != null) {
            message.setGrace(limit.grace().toString());
        }
        return message.build();
    }

    static Plan message(PlanState state) {
        ZoneId zone = state.plan().timeZone();
        var message = Plan.newBuilder().setPlan(state.plan().name())
                .setTimeZone(zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId())
                .addAllLimits(messages(state.plan().limits()))
                .setSource(state.stored() ? PlanSource.PLAN_SOURCE_API : PlanSource.PLAN_SOURCE_FILE)
                .setEtag(state.tag());
        state.effectiveAt().ifPresent(at -> message.setEffectiveAt(Values.timestamp(at)));
        return message.build();
    }

    static ListPlansResponse message(PlanPage page) {
        var message = ListPlansResponse.newBuilder();
        if (page.defaultPlan() != null) {
            message.setDefaultPlan(page.defaultPlan());
        }
        page.plans().forEach(plan -> message.addPlans(message(plan)));
        if (page.after() != null) {
            message.setAfter(page.after());
        }
        return message.build();
    }

    static Subject message(SubjectState state) {
        var message = Subject.newBuilder().setSubject(state.subject()).setPlan(state.plan())
                .setDefaultPlan(!state.ownPlan()).addAllOverrides(messages(state.overrides()));
        if (state.anchor() != null) {
            message.setAnchor(state.anchor().toString());
        }
        state.effectiveAt().ifPresent(at -> message.setEffectiveAt(Values.timestamp(at)));
        state.limits().forEach(limit -> message.addLimits(Decisions.message(limit)));
        return message.build();
    }

    static ListSubjectsResponse message(SubjectPage page) {
        var message = ListSubjectsResponse.newBuilder();
        page.subjects().forEach(entry -> message.addSubjects(message(entry)));
        if (page.after() != null) {
            message.setAfter(page.after());
        }
        return message.build();
    }

    private static SettledSubject message(SubjectPage.Entry entry) {
        var message = SettledSubject.newBuilder().setSubject(entry.subject())
                .addAllOverrides(messages(entry.overrides()));
        if (entry.plan() != null) {
            message.setPlan(entry.plan());
        }
        if (entry.anchor() != null) {
            message.setAnchor(entry.anchor().toString());
        }
        return message.build();
    }
}
