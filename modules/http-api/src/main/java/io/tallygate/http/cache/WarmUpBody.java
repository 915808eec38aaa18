package io.tallygate.http.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.Place;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The keys that somebody wants in a cache. Not thread-safe, used for one object. */
final class WarmUpBody {

    private enum Member {
        KEYS
    }

    private static final Members<Member> KNOWN = Members.all(Member.class);

    private final JsonParser in;
    private final JsonValues<Member> values;
    private final List<String> keys = new ArrayList<>();

    private WarmUpBody(JsonParser in) {
        this.in = in;
        this.values = new JsonValues<>(in, null);
    }

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static List<String> read(JsonParser in) throws IOException {
        return new WarmUpBody(in).read();
    }

    private List<String> read() throws IOException {
        while (values.next(KNOWN) != null) {
            values.list(MultiLevelCache.WARM_KEYS_MAX, this::readKey);
        }
        values.requireList(Member.KEYS);
        values.throwIfAny();
        return keys;
    }

    private void readKey(Place place) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            values.wrong(place.toString(), "must be a string");
            return;
        }
        String key = in.getText();
        try {
            Ids.require(place.toString(), key);
            keys.add(key);
        } catch (InvalidInputException e) {
            values.add(e);
        }
    }
}
