package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks a rule of events and dead letters is refused by name and changes nothing. */
class EventsBadInputIT extends EventSuite {

    private static final String ONE = "{\"specversion\":\"1.0\",\"source\":\"/s\",\"type\":\"t\"";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"specversion":"1.0"     | specversion
            ,"x":1                   | id
            ,"id":""                 | id
            ,"id":7                  | id
            ,"id":"a\\u0000"         | id
            ,"id":"1","subject":""   | subject
            ,"id":"1","time":"now"   | time
            ,"id":"1","ext":[]       | ext
            ,"id":"1","ext_a":"x"    | ext_a
            ,"id":"1","data":1,"data":1 | data
            ,"id":"1","data_base64":"?" | data_base64
            """)
    void aWrongCloudEventIsNamed(String more, String field) {
        assertThat(events.append(COUNTER_EVENTS, EventApi.CLOUD_EVENT, ONE + more + "}")).isInvalid(field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                         | events
            {"events":[]}              | events
            {"events":{}}              | events
            {"event":[{"id":"1"}]}     | event
            {"events":null}            | events
            """)
    void aWrongListIsNamed(String body, String field) {
        assertThat(api.post(EventApi.path(COUNTER_EVENTS), body)).isInvalid(field);
    }

    @Test
    void tooManyEventsAreRefusedAsAWhole() {
        String list = "{\"events\":[" + "{\"id\":\"1\"},".repeat(1000) + "{\"id\":\"1\"}]}";
        assertThat(api.post(EventApi.path(COUNTER_EVENTS), list)).isInvalid("events");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml"})
    void aBodyOfAnotherMediaTypeIsRefused(String contentType) {
        assertThat(events.append(COUNTER_EVENTS, contentType, "{\"events\":[{\"id\":\"1\"}]}")).isProblem(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[", "{\"events\":[{]}"})
    void aBodyThatIsNoJsonIsRefused(String body) {
        assertThat(api.post(EventApi.path(COUNTER_EVENTS), body)).isProblem(400);
    }

    @Test
    void anUnknownTopicIsNowhere() {
        assertThat(events.append("nothing", List.of(EventApi.event("1", "k", Map.of())))).isProblem(404);
        for (String path : List.of(EventApi.path("nothing") + "/lag", EventApi.DLQ + "/nothing",
                EventApi.DLQ + "/nothing/id", EventApi.DLQ + "/" + COUNTER_EVENTS + "/nothing",
                EventApi.DLQ + "/replays/nothing")) {
            assertThat(api.get(path)).isProblem(404);
        }
        assertThat(api.post(EventApi.path("nothing") + "/resume", Map.of())).isProblem(404);
        assertThat(api.post(EventApi.DLQ + "/nothing/replay", Map.of())).isProblem(404);
        assertThat(events.replay(COUNTER_EVENTS, "nothing", Map.of())).isProblem(404);
        assertThat(api.delete(EventApi.DLQ + "/nothing/id")).isProblem(404);
    }

    @ParameterizedTest
    @CsvSource({"limit=0,limit", "limit=a,limit", "after=a,after", "cursor=,cursor"})
    void aWrongQueryIsNamed(String query, String field) {
        assertThat(api.get(EventApi.DLQ + "/" + COUNTER_EVENTS + "?" + query)).isInvalid(field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replay | {"rate":0}       | rate
            replay | {"dry_run":"x"}  | dry_run
            replay | {"before":"x"}   | before
            purge  | {}               | before
            purge  | {"before":7}     | before
            x/replay | {"dta":1}      | dta
            """)
    void aWrongRequestAboutDeadLettersIsNamed(String what, String body, String field) {
        assertThat(api.post(EventApi.DLQ + "/" + COUNTER_EVENTS + "/" + what, body)).isInvalid(field);
    }

    @Test
    void methodsThatAreNotThereAreRefused() {
        assertThat(api.get(EventApi.path(COUNTER_EVENTS))).isProblem(405);
        assertThat(api.send("PUT", EventApi.DLQ + "/" + COUNTER_EVENTS, BodyPublishers.noBody())).isProblem(405);
    }
}
