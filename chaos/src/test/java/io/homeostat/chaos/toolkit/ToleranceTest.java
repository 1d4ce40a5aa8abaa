package io.homeostat.chaos.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every form of tolerance, met and not met. */
class ToleranceTest {

    private static Node read(String json) throws Exception {
        return Json.read(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        true | true | yes
        true | 1 | yes
        true | "true" | no
        false | 0 | yes
        "up" | "up" | yes
        "up" | "down" | no
        200 | 200 | yes
        200 | {"status": 200, "body": ""} | yes
        200 | {"status": 503, "body": ""} | no
        0 | {"status": 0, "stdout": "", "stderr": ""} | yes
        200 | {"code": 200} | no
        [200, 201, 204] | {"status": 204} | yes
        [200, 201, 204] | {"status": 202} | no
        [200, 204] | {"status": 202} | no
        [2, 8] | 5 | yes
        [2, 8] | 9 | no
        [2, 8] | "5" | no
        ["a", "m"] | "c" | yes
        [1, 2, 3] | 3 | yes
        [1, 2, 3] | 4 | no
        {"type": "regex", "pattern": "^o.$"} | "ok" | yes
        {"type": "regex", "pattern": "^o.$"} | "okay" | no
        {"type": "regex", "pattern": "o", "target": "stdout"} | {"status": 0, "stdout": "go"} | yes
        {"type": "regex", "pattern": "x", "target": "stdout"} | {"status": 0, "stdout": "go"} | no
        {"type": "regex", "pattern": "x"} | {"status": 0, "stdout": "x"} | no
        {"type": "range", "range": [1, 2.5]} | 2.5 | yes
        {"type": "range", "range": [1, 2.5]} | "2" | yes
        {"type": "range", "range": [1, 2.5]} | 3 | no
        {"type": "range", "range": [1, 2.5]} | "many" | no
        {"type": "range", "range": [1, 9], "target": "body"} | {"status": 200, "body": "7"} | yes
        {"type": "jsonpath", "path": "$.a"} | {"a": 1} | yes
        {"type": "jsonpath", "path": "$.b"} | {"a": 1} | no
        {"type": "jsonpath", "path": "$.a.b", "expect": "x"} | {"a": {"b": "x"}} | yes
        {"type": "jsonpath", "path": "$.a.b", "expect": "y"} | {"a": {"b": "x"}} | no
        {"type": "jsonpath", "path": "$[*].up", "expect": [true, false]} | [{"up": true}, {"up": false}] | yes
        {"type": "jsonpath", "path": "$[*].up", "count": 2} | [{"up": true}, {"up": false}] | yes
        {"type": "jsonpath", "path": "$[*].up", "count": 3} | [{"up": true}, {"up": false}] | no
        {"type": "jsonpath", "path": "$.body.n", "expect": 3} | {"status": 200, "body": {"n": 3}} | yes
        {"type": "jsonpath", "path": "$.n", "target": "body", "expect": 3} | {"status": 200, "body": "{\\"n\\": 3}"} | yes
        {"type": "jsonpath", "path": "$.n", "target": "stdout"} | {"status": 0, "stdout": "no JSON"} | no
        """)
    void itIsMetOrNot(String tolerance, String value, String met) throws Exception {
        assertThat(Tolerance.wrong(read(tolerance))).isNull();
        assertThat(Tolerance.met(read(tolerance), read(value))).isEqualTo(met.equals("yes"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        $ | [{"a": [1, 2, 3], "b c": {"d": true}}]
        $.a | [[1, 2, 3]]
        $.a[0] | [1]
        $.a[-1] | [3]
        $.a[1:] | [2, 3]
        $.a[:2] | [1, 2]
        $.a[0,2] | [1, 3]
        $.a[*] | [1, 2, 3]
        $['b c'].d | [true]
        $["b c"]["d"] | [true]
        $..d | [true]
        $.nothing.here | []
        $.a[?(@ > 1)] | [2, 3]
        $[?(@.d = true)] | [{"d": true}]
        $[?(@.d and not @.e)] | [{"d": true}]
        $[?(@.e or @.d == true)].d | [true]
        """)
    void aJsonPathFindsWhatItNames(String path, String found) throws Exception {
        Node document = read("{\"a\": [1, 2, 3], \"b c\": {\"d\": true}}");
        assertThat(JsonPath.parse(path).match(document)).isEqualTo(((Node.Sequence) read(found)).elements());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        1.5 | a tolerance that is a number is a whole one
        null | needs a tolerance
        {"type": "regex"} | needs a pattern
        {"type": "regex", "pattern": "("} | the pattern of a tolerance is wrong
        {"type": "jsonpath"} | needs a path
        {"type": "jsonpath", "path": "$.a["} | is wrong after 4 characters
        {"type": "range", "range": [1]} | a range of two numbers
        {"type": "near"} | there is no tolerance of type 'near'
        """)
    void whatIsNoToleranceIsSaid(String tolerance, String message) throws Exception {
        assertThat(Tolerance.wrong(read(tolerance))).contains(message);
    }
}
