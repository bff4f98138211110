package dev.warren.cli.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
  @ParameterizedTest
  @CsvSource({
    "a=vps.example.net, vps.example.net:51820",
    "a=vps.example.net:443, vps.example.net:443",
    "a=192.0.2.1:7, 192.0.2.1:7",
    "a=2001:db8::1, [2001:db8::1]:51820",
    "a=[2001:db8::1]:7, [2001:db8::1]:7",
    "a=[2001:db8::1], [2001:db8::1]:51820",
  })
  void endpoints(String word, String endpoint) throws Machine.BadWord {
    assertEquals(endpoint, Machine.parse(word).endpoint());
  }

  @Test
  void withoutHost() throws Machine.BadWord {
    Machine machine = Machine.parse("home");
    assertEquals(false, machine.isReachable());
    assertEquals("home.conf", machine.fileName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "=a",
        "-a",
        ".a",
        "a/b",
        "a b",
        "sixteen-letters-",
        "a=",
        "a=:1",
        "a=b:0",
        "a=b:65536",
        "a=b:x",
        "a=[b",
        "a=[::1]x",
        "a=1:2:3",
        "a=b c",
        "a=b#c",
        "a=b\nPostUp",
        "ä"
      })
  void refused(String word) {
    assertThrows(Machine.BadWord.class, () -> Machine.parse(word));
  }
}
