package dev.warren.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class InterfaceFlagsTest {
  @Test
  void upAndDown() {
    assertTrue(InterfaceFlags.isUp(InterfaceFlags.parse("0x10d1\n")));
    assertFalse(InterfaceFlags.isUp(InterfaceFlags.parse("0x1090\n")));
    assertEquals(0, InterfaceFlags.parse("0x0"));
  }

  @Test
  void none() {
    for (String text : List.of("", "0x", "0xup", "4305", "0x123456789")) {
      assertEquals(InterfaceFlags.NONE, InterfaceFlags.parse(text), text);
    }
    assertFalse(InterfaceFlags.isUp(InterfaceFlags.NONE));
  }
}
