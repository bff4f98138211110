package dev.warren.protocol.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.warren.packet.Endpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTextTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:51820, 192.0.2.1:51820",
    "192.0.2.1:0, 192.0.2.1:0",
    "192.0.2.1:65535, 192.0.2.1:65535",
    "192.0.2.1:00080, 192.0.2.1:80",
    "[2001:db8::1]:51820, [2001:db8::1]:51820",
    "[2001:DB8:0::0001]:1, [2001:db8::1]:1",
    "[::]:1, [::]:1",
    "[::ffff:192.0.2.1]:1, [::ffff:192.0.2.1]:1",
    "[fe80::1%2]:51820, [fe80::1%2]:51820",
    "[fe80::1%eth0]:51820, [fe80::1%7]:51820",
    "[fe80::1%0]:51820, [fe80::1]:51820",
  })
  void readsAddressAndPort(String text, String written) {
    Endpoint endpoint = parse(text);
    assertNotNull(endpoint);
    assertEquals(written, endpoint.toString());
    assertNull(endpoint.source());
    assertEquals(endpoint, parse(endpoint.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":51820",
        "192.0.2.1",
        "192.0.2.1:",
        "192.0.2.1:65536",
        "192.0.2.1:4294967297",
        "192.0.2.1:-1",
        "192.0.2.1:+1",
        "192.0.2.1: 1",
        "192.0.2.1:1 ",
        "192.0.2.1:0x50",
        "192.0.2.1:http",
        "192.0.2.1:1:1",
        "192.0.2:1",
        "192.0.2.01:1",
        "192.0.2.1%eth0:1",
        "[192.0.2.1]:1",
        "2001:db8::1:1",
        "::1:51820",
        "[2001:db8::1]",
        "[2001:db8::1]:",
        "[2001:db8::1]1",
        "[2001:db8::1:1",
        "2001:db8::1]:1",
        "[[2001:db8::1]]:1",
        "[]:1",
        "[",
        "]:1",
        "[:1",
        "[fe80::1%]:1",
        "[fe80::1%eth9]:1",
        "[fe80::1%-1]:1",
        "[fe80::1%2147483648]:1",
        "[fe80::1%eth0%eth0]:1",
        "[%eth0]:1",
        "example.org:51820",
      })
  void refusesWhatIsNone(String text) {
    assertNull(parse(text));
  }

  @Test
  void askForZonesOnlyByName() {
    assertNotNull(
        EndpointText.parse(
            "[fe80::1%3]:1",
            name -> {
              throw new AssertionError(name);
            }));
    assertNotNull(
        EndpointText.parse(
            "[fe80::1]:1",
            name -> {
              throw new AssertionError(name);
            }));
    assertNull(EndpointText.parse("[fe80::1%gone]:1", name -> 0));
    assertNull(EndpointText.parse("[fe80::1%gone]:1", name -> -19));
  }

  private static @Nullable Endpoint parse(String text) {
    return EndpointText.parse(text, name -> name.equals("eth0") ? 7 : 0);
  }
}
