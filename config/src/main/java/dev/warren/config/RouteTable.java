package dev.warren.config;

import dev.warren.packet.owner.Immutable;

/**
 * Where {@code wg-quick} puts routes.
 *
 * @param text as it was written: {@code off}, {@code auto}, a number or a name
 */
@Immutable
public record RouteTable(String text) {
  /** No routes at all. */
  public boolean isOff() {
    return text.equals("off");
  }

  /** As when nothing is said. */
  public boolean isAuto() {
    return text.equals("auto");
  }

  /**
   * The number of the table, -1 when it is a name that is none of the kernel's own: {@code
   * /etc/iproute2/rt_tables} knows that one.
   */
  public long number() {
    return switch (text) {
      case "default" -> 253;
      case "main" -> 254;
      case "local" -> 255;
      default -> {
        boolean hex = text.startsWith("0x");
        long number = CNumbers.digits(text, hex ? 2 : 0, hex ? 16 : 10);
        yield number > 0xffff_ffffL ? -1 : number;
      }
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
