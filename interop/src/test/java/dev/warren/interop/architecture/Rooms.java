package dev.warren.interop.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The rooms, what each may use, and their compiled classes. */
final class Rooms {

  /** Room to the rooms it may use, itself aside. Order is the order of building. */
  static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("crypto", List.of()),
          Map.entry("packet", List.of()),
          Map.entry("config", List.of("crypto", "packet")),
          Map.entry("protocol", List.of("crypto", "packet")),
          Map.entry("linux", List.of("packet")),
          Map.entry("engine", List.of("protocol", "crypto", "packet")),
          Map.entry("netstack", List.of("packet")),
          Map.entry(
              "embed",
              List.of("config", "engine", "netstack", "linux", "protocol", "crypto", "packet")),
          Map.entry(
              "cli",
              List.of(
                  "embed",
                  "netstack",
                  "config",
                  "engine",
                  "linux",
                  "protocol",
                  "crypto",
                  "packet")),
          Map.entry("sim", List.of("netstack", "engine", "protocol", "crypto", "packet")));

  /** What {@code ./warren} runs. */
  static final List<String> SHIPPED =
      List.of(
          "crypto", "packet", "config", "protocol", "linux", "engine", "netstack", "embed", "cli");

  /** Main classes of every room; imported once, for all rules. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(MAY_USE.keySet().stream().map(Rooms::root).toArray(String[]::new));

  private Rooms() {}

  static String root(String room) {
    return "dev.warren." + room;
  }

  /** Package patterns, as ArchUnit writes them, of these rooms. */
  static String[] packages(String... rooms) {
    return Stream.of(rooms).map(room -> root(room) + "..").toArray(String[]::new);
  }

  static DescribedPredicate<JavaClass> named(String description, String regex) {
    return DescribedPredicate.describe(description, type -> type.getFullName().matches(regex));
  }
}
