package dev.warren.cli.quick;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir Path folder;

  private Path file(String name) throws IOException {
    return Files.createFile(folder.toRealPath().resolve(name));
  }

  private String refusal(String word) {
    return String.valueOf(
        assertThrows(IOException.class, () -> ConfigFile.find(word, folder)).getMessage());
  }

  @Test
  void aNameIsLookedForInTheFolder() throws IOException {
    Path file = file("wg-0_=+.x.conf");
    assertEquals(new ConfigFile("wg-0_=+.x", file), ConfigFile.find("wg-0_=+.x", folder));
    assertEquals("`" + folder + "/wg1.conf' does not exist", refusal("wg1"));
    // As wg-quick: what could be a name is one.
    assertEquals("`" + folder + "/wg1.conf.conf' does not exist", refusal("wg1.conf"));
  }

  @Test
  void aPathNamesItsInterface() throws IOException {
    Path file = file("wg0.conf");
    assertEquals(new ConfigFile("wg0", file), ConfigFile.find(file.toString(), Path.of("/x")));
    Path link = Files.createSymbolicLink(folder.resolve("other.conf"), file);
    assertEquals(new ConfigFile("other", file), ConfigFile.find(link.toString(), Path.of("/x")));
  }

  @Test
  void aFileMustBeCalledAfterAnInterface() throws IOException {
    String rule = "the file must be called INTERFACE.conf, after an interface's name";
    assertEquals(rule, refusal(file("a-name-that-is-too-long.conf").toString()));
    assertEquals(rule, refusal(file("wg0.txt").toString()));
    assertEquals(rule, refusal(file("wg 0.conf").toString()));
    assertEquals(rule, refusal(folder.toString()));
    assertEquals("`' does not exist", refusal(""));
  }

  @Test
  void theWorldIsKeptOutByTheFileOrTheFolder() throws IOException {
    ConfigFile file = new ConfigFile("wg0", file("wg0.conf"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r-----"));
    assertFalse(file.isWorldAccessible());
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(file.isWorldAccessible());
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    assertFalse(file.isWorldAccessible());
  }
}
