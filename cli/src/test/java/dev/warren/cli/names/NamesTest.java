package dev.warren.cli.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4,1.2.3.4",
    "1,0.0.0.1",
    "127.1,127.0.0.1",
    "1.2.3,1.2.0.3",
    "1.2.65535,1.2.255.255",
    "1.16777215,1.255.255.255",
    "4294967295,255.255.255.255",
    "0x7f.0x1,127.0.0.1",
    "010.0.0.1,8.0.0.1",
    "0,0.0.0.0",
  })
  void numericHosts(String text, String address) {
    assertEquals(address, String.valueOf(NumericHost.parseV4(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1.",
        ".1",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.16777216",
        "1.2.65536",
        "1.2.3.256",
        "4294967296",
        "08",
        "0x",
        "1.0x",
        "a",
        "1 ",
        "-1",
        "+1",
        "1..2",
        "99999999999999999999"
      })
  void noNumericHosts(String text) {
    assertNull(NumericHost.parseV4(text));
  }

  @Test
  void addressesOfAHost() {
    assertEquals("[127.0.0.1]", EndpointResolver.addresses("127.0.0.1").toString());
    assertEquals("[fd00::1]", EndpointResolver.addresses("fd00::1").toString());
    assertEquals("[]", EndpointResolver.addresses("no-such-host.invalid").toString());
  }

  @Test
  void services(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("services"),
            """
            # comment
            domain 53/tcp
            domain		53/udp # name server
            ntp 123/udp time clock #x
            odd
            bad x/udp
            http 80/tcp www
            """);
    ServiceNames names = new ServiceNames(file.toString());
    assertEquals(53, names.udpPort("domain"));
    assertEquals(123, names.udpPort("clock"));
    assertEquals(-1, names.udpPort("www"));
    assertEquals(-1, names.udpPort("odd"));
    assertEquals(-1, names.udpPort("bad"));
    assertEquals(-1, names.udpPort("x"));
    assertEquals(-1, new ServiceNames(folder.resolve("none").toString()).udpPort("domain"));
  }
}
