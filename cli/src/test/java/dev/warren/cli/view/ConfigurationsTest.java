package dev.warren.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationsTest {
  @ParameterizedTest
  @CsvSource({
    "wg0.conf, wg0",
    "/etc/wireguard/wg0.conf, wg0",
    "a.conf.d/b.conf, b",
    "a.confluence.conf, a.confluence",
    "a.conf.bak, a.conf.bak",
    "wg0, wg0",
  })
  void names(Path file, String name) {
    assertEquals(name, Configurations.interfaceName(file));
  }

  @Test
  void files() {
    assertEquals(Path.of("/etc/wireguard/wg0.conf"), Configurations.file("wg0"));
    assertEquals(true, Configurations.isFile("./wg0"));
    assertEquals(true, Configurations.isFile("wg0.conf"));
    assertEquals(false, Configurations.isFile("wg0"));
  }
}
