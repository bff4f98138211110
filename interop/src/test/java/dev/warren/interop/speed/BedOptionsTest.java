package dev.warren.interop.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Implementation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedOptionsTest {

  @Test
  void nothingGiven() throws BedOptions.Wrong {
    BedOptions options = BedOptions.parse(List.of());
    assertEquals(EnumSet.allOf(Part.class), options.parts());
    assertEquals(Implementation.WARREN, options.first());
    assertEquals(Implementation.WIREGUARD_GO, options.second());
  }

  @Test
  void everythingGiven() throws BedOptions.Wrong {
    BedOptions options =
        BedOptions.parse(
            List.of(
                "--rounds",
                "3",
                "--rows",
                "udp-rate,small",
                "old=/old/warren",
                "--seconds",
                "9",
                "new=/usr/bin/wireguard-go"));
    assertEquals(3, options.rounds());
    assertEquals(9, options.seconds());
    assertEquals(Set.of(Part.UDP_RATE, Part.SMALL), options.parts());
    assertEquals(List.of("/old/warren", "run"), options.first().command());
    assertEquals("old", options.first().label());
    assertEquals(List.of("/usr/bin/wireguard-go"), options.second().command());
  }

  /** The pair of two of the second is what a mixed pair is compared with. */
  @Test
  void mixedBringsTcp() throws BedOptions.Wrong {
    BedOptions options = BedOptions.parse(List.of("--rows", "mixed"));
    assertEquals(Set.of(Part.MIXED, Part.TCP), options.parts());
    Results first = new Results("a");
    List<String> titles =
        new Schedule(options, first, new Results("b"))
            .steps().stream().map(Schedule.Step::title).toList();
    assertEquals(
        List.of(
            "round 1 of 2, warren",
            "round 1 of 2, wireguard-go",
            "round 1 of 2, mixed pair",
            "round 2 of 2, warren",
            "round 2 of 2, wireguard-go",
            "round 2 of 2, mixed pair"),
        titles);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--rounds", "--rounds 0", "--rows tcp,", "--rows nothing", "--fast", "a b c"})
  void mistakesAreToldApart(String line) {
    assertThrows(BedOptions.Wrong.class, () -> BedOptions.parse(List.of(line.split(" "))));
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void usageNamesEveryRow(Part part) {
    assertTrue(BedOptions.usage().contains("\n  " + part.option() + " "));
  }
}
