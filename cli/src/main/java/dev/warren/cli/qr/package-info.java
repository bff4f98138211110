/**
 * QR codes in the terminal.
 *
 * <h2>Job</h2>
 *
 * Turns a text into lines of half blocks that a phone's camera reads from the screen.
 *
 * <h2>In</h2>
 *
 * A text of ASCII characters.
 *
 * <h2>Out</h2>
 *
 * Lines of text, with colours or without.
 *
 * <h2>May use</h2>
 *
 * ZXing, which nothing else here uses: its classes are loaded for this alone.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.qr.QrCode}.
 */
@NullMarked
package dev.warren.cli.qr;

import org.jspecify.annotations.NullMarked;
