package dev.warren.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.warren.linux.Offloads;
import org.junit.jupiter.api.Test;

class OffloadSettingTest {
  @Test
  void namesWhatIsLeftAlone() {
    assertEquals(Offloads.ALL, OffloadSetting.parse(""));
    assertEquals(Offloads.NONE, OffloadSetting.parse("none"));
    assertEquals(new Offloads(true, false, true, true), OffloadSetting.parse("-uso"));
    assertEquals(new Offloads(false, true, true, false), OffloadSetting.parse("-tso, -gro"));
    assertEquals(Offloads.NONE, OffloadSetting.parse("-tso,-uso,-gso,-gro"));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertNull(OffloadSetting.parse("uso"));
    assertNull(OffloadSetting.parse("-lro"));
    assertNull(OffloadSetting.parse("-tso,"));
    assertNull(OffloadSetting.parse("all"));
  }
}
