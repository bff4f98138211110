package dev.warren.cli.qr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QrCodeTest {
  private static final String TEXT =
      """
      [Interface]
      PrivateKey = %s
      Address = 10.171.3.3/24, fd4e:1122:3344::3/64
      [Peer]
      PublicKey = %s
      AllowedIPs = 0.0.0.0/0, ::/0
      Endpoint = vps.example.net:51820
      PersistentKeepalive = 25
      """
          .formatted("QK".repeat(21) + "A=", "xT".repeat(21) + "g=");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsShownCanBeRead(boolean coloured) throws ReaderException {
    QrCode code = QrCode.of(TEXT);
    assertNotNull(code);
    assertEquals(TEXT, read(code.lines(coloured), coloured));
  }

  @Test
  void aPhoneConfigurationFitsIntoEightyColumns() {
    QrCode code = QrCode.of(TEXT);
    assertNotNull(code);
    assertTrue(code.columns() <= 80, () -> "" + code.columns());
    List<String> lines = code.lines(false);
    lines.forEach(line -> assertEquals(code.columns(), line.length()));
    assertEquals((code.columns() + 1) / 2, lines.size());
  }

  @Test
  void tooLong() {
    assertNull(QrCode.of("a".repeat(3000)));
  }

  /** Photographs the screen: two rows of pixels a line, each pixel drawn large. */
  private static String read(List<String> lines, boolean coloured) throws ReaderException {
    int scale = 4;
    List<String> shown =
        lines.stream().map(line -> line.replaceAll("\033\\[[0-9;]*m", "")).toList();
    int width = shown.getFirst().length();
    int height = shown.size() * 2;
    byte[] pixels = new byte[width * scale * height * scale];
    Arrays.fill(pixels, coloured ? (byte) 255 : 0);
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        char c = shown.get(y / scale / 2).charAt(x / scale);
        boolean upper = y / scale % 2 == 0;
        boolean inked = c == '█' || (upper ? c == '▀' : c == '▄');
        if (inked) {
          pixels[y * width * scale + x] = coloured ? 0 : (byte) 255;
        }
      }
    }
    return new QRCodeReader()
        .decode(new BinaryBitmap(new HybridBinarizer(new Pixels(pixels, width * scale))))
        .getText();
  }

  private static final class Pixels extends LuminanceSource {
    private final byte[] pixels;

    Pixels(byte[] pixels, int width) {
      super(width, pixels.length / width);
      this.pixels = pixels;
    }

    @Override
    public byte[] getRow(int y, byte[] row) {
      return Arrays.copyOfRange(pixels, y * getWidth(), (y + 1) * getWidth());
    }

    @Override
    public byte[] getMatrix() {
      return pixels.clone();
    }
  }
}
