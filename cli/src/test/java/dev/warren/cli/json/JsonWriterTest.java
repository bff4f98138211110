package dev.warren.cli.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void nestedValues() {
    String text =
        new JsonWriter()
            .object()
            .name("name")
            .value("wg0")
            .name("port")
            .value(51820)
            .name("up")
            .value(true)
            .name("endpoint")
            .value((String) null)
            .name("peers")
            .array()
            .end()
            .name("prefixes")
            .values(List.of("10.0.0.0/8", "fd00::/8"))
            .end()
            .text();
    assertEquals(
        """
        {
          "name": "wg0",
          "port": 51820,
          "up": true,
          "endpoint": null,
          "peers": [],
          "prefixes": [
            "10.0.0.0/8",
            "fd00::/8"
          ]
        }
        """,
        text);
  }

  @Test
  void whatStringsCannotHoldIsEscaped() {
    assertEquals(
        "\"a\\\"b\\\\c\\n\\t\\u0007é\uD83D\uDE00\\ud83d\"\n",
        new JsonWriter().value("a\"b\\c\n\t\u0007é\uD83D\uDE00\uD83D").text());
  }

  @Test
  void misuseIsABug() {
    assertThrows(IllegalStateException.class, () -> new JsonWriter().object().value(1));
    assertThrows(IllegalStateException.class, () -> new JsonWriter().array().name("a"));
    assertThrows(IllegalStateException.class, () -> new JsonWriter().end());
    assertThrows(IllegalStateException.class, () -> new JsonWriter().object().text());
  }
}
