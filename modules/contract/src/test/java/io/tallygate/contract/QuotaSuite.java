package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** What the classes about quotas stand on. */
@NeedsQuotas
abstract class QuotaSuite extends Suite {

    final QuotaApi quotas = new QuotaApi(api);

    @Override
    Launch launch() {
        return super.launch().with(Launch.QUOTA);
    }

    /** A subject that nothing has touched. */
    final String freshSubject() {
        return seed.name("subject");
    }

    /** A quota type that nothing has named, so that it has no scale yet. */
    final String freshType() {
        return seed.name("type");
    }

    static void assertAmount(JsonNode amount, String expected) {
        assertThat(QuotaApi.decimal(amount))
                .isEqualByComparingTo(new BigDecimal(expected));
    }
}
