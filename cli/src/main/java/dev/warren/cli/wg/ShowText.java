package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What {@code wg show} writes for people of one interface, for who has asked it already.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
public final class ShowText {
  private ShowText() {}

  /** The lines, keys hidden. */
  public static String of(InterfaceState device, boolean coloured, long epochSeconds) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteText text = new ByteText(bytes);
    new PeopleText(text, coloured, false, epochSeconds).show(device);
    text.flush();
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
