package dev.warren.cli;

import dev.warren.linux.Offload;
import dev.warren.linux.Offloads;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code WARREN_OFFLOAD}: which of the kernel's offloads are to be left alone.
 *
 * <p><b>Shape:</b> {@code none}, or names with a minus each, separated by commas: {@code
 * -tso,-uso,-gso,-gro}. Empty means that every offload is used that works.
 *
 * <p><b>Errors:</b> null for anything else.
 */
final class OffloadSetting {
  static final String VARIABLE = "WARREN_OFFLOAD";

  private OffloadSetting() {}

  static @Nullable Offloads parse(String text) {
    if (text.equals("none")) {
      return Offloads.NONE;
    }
    Offloads wanted = Offloads.ALL;
    for (String name : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      Offload unwanted =
          switch (name.strip()) {
            case "-tso" -> Offload.TUN_TSO;
            case "-uso" -> Offload.TUN_USO;
            case "-gso" -> Offload.UDP_GSO;
            case "-gro" -> Offload.UDP_GRO;
            default -> null;
          };
      if (unwanted == null) {
        return null;
      }
      wanted = wanted.without(unwanted);
    }
    return wanted;
  }
}
