package dev.warren.config;

import dev.warren.packet.owner.Confined;

/**
 * Writes configuration text as {@code wg showconf} does: {@code Key = value}, sections apart by an
 * empty line.
 *
 * <p>Its text holds keys; nothing but the file it is meant for may see it.
 *
 * <p><b>Owner:</b> one thread.
 */
@Confined("writer")
public final class ConfigWriter {
  private final StringBuilder out;

  /** Writes to the end of this text. */
  public ConfigWriter(StringBuilder out) {
    this.out = out;
  }

  /** Begins a section: {@code [Name]}. */
  public void section(String name) {
    out.append('[').append(name).append("]\n");
  }

  /** Writes a setting. */
  public void setting(String key, String value) {
    out.append(key).append(" = ").append(value).append('\n');
  }

  /** Writes an empty line. */
  public void blank() {
    out.append('\n');
  }

  /** Writes a mark as it is shown: hexadecimal. */
  public void fwmark(int mark) {
    setting("FwMark", "0x" + Integer.toHexString(mark));
  }
}
