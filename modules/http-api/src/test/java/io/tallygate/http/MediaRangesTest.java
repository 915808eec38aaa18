package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MediaRangesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            application/json                                           | 1000
            Application/JSON                                           | 1000
            application/json;charset=utf-16                            | 1000
            application/json ; q=0.5                                   | 500
            application/json;charset="a,b;q=0";Q=0.25                  | 250
            application/json;q=.5                                      | 500
            application/json;q=1.000                                   | 1000
            application/json;q=1.9                                     | 1000
            application/json;q=nonsense                                | 1000
            application/json;q=0                                       | 0
            application/json;q=0.0, */*                                | 0
            */*, application/json;q=0                                  | 0
            application/*;q=0, */*;q=0.7                               | 0
            application/*;q=0.3, */*;q=0.7                             | 300
            application/*                                              | 1000
            */*;q=0.1                                                  | 100
            *                                                          | 1000
            text/html, image/gif, *; q=.2, */*; q=.2                   | 200
            text/*                                                     | 0
            text/html                                                  | 0
            application/json5                                          | 0
            application/jso                                            | 0
            application/problem+json                                   | 0
            application/json;q=0.2,application/json;v=2;q=0.9          | 900
            ,, text/html ,                                             | 0
            nonsense                                                   | 1000
            ,                                                          | 1000
            """)
    void quality_ofJson_isThatOfTheMostSpecificRange(String accept, int quality) {
        assertThat(MediaRanges.quality(accept, "application/json")).isEqualTo(quality);
    }
}
