package dev.warren.interop.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code ./warren} runs is written down in {@code docs/shipped-modules.txt}. */
class ShippedTest {

  @Test
  void shippedModulesAreWrittenDown() throws IOException {
    Path jars = Sources.root().resolve("target/warren/lib");
    assumeTrue(Files.isDirectory(jars), "nothing assembled yet: run mvn verify");
    String shipped =
        ModuleFinder.of(jars).findAll().stream()
            .map(module -> describe(module.descriptor()))
            .sorted()
            .collect(Collectors.joining());
    String written = Files.readString(Sources.root().resolve("docs/shipped-modules.txt"));
    assertEquals(
        written
            .lines()
            .filter(line -> !line.startsWith("#"))
            .collect(Collectors.joining("\n", "", "\n")),
        shipped,
        "what is shipped is what must be audited: a change of docs/shipped-modules.txt is"
            + " reviewed");
  }

  private static String describe(ModuleDescriptor module) {
    return module.name()
        + ":"
        + module.requires().stream()
            .filter(needed -> !needed.modifiers().contains(Requires.Modifier.STATIC))
            .map(Requires::name)
            .sorted()
            .map(name -> " " + name)
            .collect(Collectors.joining())
        + "\n";
  }
}
