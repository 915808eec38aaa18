package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonValuesTest {

    private enum Member {
        SUBJECT,
        TTL,
        REQUEST_ID,
        REST
    }

    private static final Members<Member> KNOWN = Members.of(Member.SUBJECT, Member.TTL);

    /** What an object was read as: its members with their values, and the complaints. */
    private record Read(List<String> members, List<String> complaints) {}

    private static Read read(String json, Members<Member> known) {
        return JsonBody.read(json.getBytes(StandardCharsets.UTF_8), in -> read(in, known));
    }

    private static Read read(JsonParser in, Members<Member> known) throws IOException {
        var values = new JsonValues<Member>(in, null);
        var members = new ArrayList<String>();
        for (Member member = values.next(known); member != null; member = values.next(known)) {
            members.add(member + " " + values.name() + " " + values.string());
        }
        values.require(Member.SUBJECT);
        return new Read(members, values.errors().stream().map(JsonValuesTest::told).toList());
    }

    private static String told(InvalidInputException error) {
        return error.field() + "=" + error.value() + " " + error.rule();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-",
            textBlock = """
                    {"subject":"a"}                   | SUBJECT subject a                       | -
                    {"subject":"a","ttl":"b"}         | SUBJECT subject a,TTL ttl b             | -
                    {"ttl":"b"}                       | TTL ttl b                               | subject= is required
                    {"subject":null}                  | -                                       | subject=null is required, and must not be null
                    {"subject":null,"subject":"a"}    | SUBJECT subject a                       | subject= must be given once
                    {"subject":"a","subject":"b"}     | SUBJECT subject a,SUBJECT subject b     | subject= must be given once
                    {"subject":"a","ttl":[1,{}]}      | SUBJECT subject a,TTL ttl null          | ttl=[…] must be a string
                    {"subject":"a","subjct":"b"}      | SUBJECT subject a                       | subjct=b is not known; did you mean "subject"?
                    {"subject":"a","more":{"ttl":1}}  | SUBJECT subject a                       | -
                    {"subject":"a","request_id":"b"}  | SUBJECT subject a                       | -
                    """)
    void next_always_tellsWhatIsKnownAndHasAValue(String json, String members, String complaint) {
        assertThat(read(json, KNOWN)).isEqualTo(new Read(members == null ? List.of() : List.of(members.split(",")),
                complaint == null ? List.of() : List.of(complaint)));
    }

    @Test
    void next_aMemberThatIsPassedOver_isNeitherToldNorComplainedOf() {
        Read read = read("{\"ttl\":1,\"ttl\":[2],\"subject\":\"a\"}", KNOWN.passingOver(Member.TTL));

        assertThat(read).isEqualTo(new Read(List.of("SUBJECT subject a"), List.of()));
    }

    @Test
    void next_aNameThatNobodyKnows_isOfTheKindOfOthers() {
        Read read = read("{\"subjct\":\"a\",\"rest\":\"b\",\"rest\":\"c\",\"subject\":\"d\"}",
                KNOWN.orElse(Member.REST));

        assertThat(read).isEqualTo(
                new Read(List.of("REST subjct a", "REST rest b", "REST rest c", "SUBJECT subject d"), List.of()));
    }

    @Test
    void next_aNameOfOtherInterfaces_isMeantToBeTheMember() {
        Read read = read("{\"idempotency_key\":\"a\",\"subject\":\"b\"}",
                Members.all(Member.class).orElsewhere("idempotency_key", Member.REQUEST_ID));

        assertThat(read.complaints())
                .containsExactly("idempotency_key=a is not known; did you mean \"request_id\"?");
    }
}
