package dev.warren.cli.qr;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text as a QR code.
 *
 * <p><b>Shape:</b> two modules a character, one above the other, and four light ones around it all,
 * as the standard demands. With colours it is black on white whatever the terminal's own colours
 * are. Without, light modules are drawn and dark ones left out, which is right on a dark terminal
 * only: that is where most are without colours.
 *
 * <p><b>Owner:</b> any thread; immutable.
 *
 * <p><b>Errors:</b> null for a text that no QR code holds (2953 bytes).
 *
 * <p><b>Source:</b> ISO/IEC 18004. The lowest error correction: a screen has no stains, and fewer
 * modules are read from farther away.
 */
public final class QrCode {
  private static final int QUIET_ZONE = 4;

  /** Black on white of the 256 colours, which no theme changes. */
  private static final String BLACK_ON_WHITE = "\033[38;5;16;48;5;231m";

  private static final String PLAIN = "\033[0m";

  private final ByteMatrix modules;

  private QrCode(ByteMatrix modules) {
    this.modules = modules;
  }

  /** The code of a text; null when it is too long. */
  public static @Nullable QrCode of(String text) {
    try {
      return new QrCode(Encoder.encode(text, ErrorCorrectionLevel.L).getMatrix());
    } catch (WriterException e) {
      return null;
    }
  }

  /** How many columns it takes. */
  public int columns() {
    return modules.getWidth() + 2 * QUIET_ZONE;
  }

  /** The lines to print. */
  public List<String> lines(boolean coloured) {
    List<String> lines = new ArrayList<>();
    int end = modules.getHeight() + QUIET_ZONE;
    for (int y = -QUIET_ZONE; y < end; y += 2) {
      StringBuilder line = new StringBuilder();
      if (coloured) {
        line.append(BLACK_ON_WHITE);
      }
      for (int x = -QUIET_ZONE; x < modules.getWidth() + QUIET_ZONE; x++) {
        // Below the last row there is nothing, which is dark where light is drawn.
        boolean upper = isDark(x, y) == coloured;
        boolean lower = y + 1 < end ? isDark(x, y + 1) == coloured : false;
        line.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
      }
      if (coloured) {
        line.append(PLAIN);
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private boolean isDark(int x, int y) {
    return x >= 0
        && y >= 0
        && x < modules.getWidth()
        && y < modules.getHeight()
        && modules.get(x, y) == 1;
  }
}
