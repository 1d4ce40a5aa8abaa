package io.homeostat.model.internal.read;

import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The characters of one file, known to be readable: within the size limit, UTF-8, no control characters.
 *
 * @param text without a byte order mark
 */
record SourceText(String file, String text) {

    static @Nullable SourceText of(String file, byte[] content, List<Problem> problems) {
        if (content.length > Budget.MAX_BYTES) {
            problems.add(Problem.error(
                            new Position(file, 1, 1),
                            "too-large",
                            "the file has " + content.length + " bytes, more than the limit of " + Budget.MAX_BYTES
                                    + " (8 MiB)")
                    .suggesting("split it, or keep large content out of the documents"));
            return null;
        }
        String text = decode(file, content, problems);
        if (text == null) {
            return null;
        }
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        SourceText source = new SourceText(file, text);
        return source.isPrintable(problems) ? source : null;
    }

    private static @Nullable String decode(String file, byte[] content, List<Problem> problems) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(content);
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException malformed) {
            CharBuffer readable = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content, 0, bytes.position()));
            Position at = new SourceText(file, readable.toString()).place(readable.length());
            problems.add(Problem.error(at, "encoding", "this is not UTF-8 text").suggesting("save the file as UTF-8"));
            return null;
        }
    }

    private boolean isPrintable(List<Problem> problems) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t') {
                continue;
            }
            int point = text.codePointAt(i);
            if (!StreamReader.isPrintable(point)) {
                problems.add(Problem.error(
                        place(i),
                        "encoding",
                        "the control character U+%04X must not be in a document".formatted(point)));
                return false;
            }
            if (Character.isSupplementaryCodePoint(point)) {
                i++;
            }
        }
        return true;
    }

    /** Line and column of an offset; columns count characters, as editors do. */
    Position place(int offset) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < offset; i++) {
            if (endsLine(i)) {
                line++;
                start = i + 1;
            }
        }
        return new Position(file, line, text.codePointCount(start, offset) + 1);
    }

    /** Where a document marker {@code ---} stands at the start of a line, at or after a line. */
    @Nullable
    Place marker(Place from, int line) {
        int here = from.offset;
        int at = from.line;
        while (here < text.length()) {
            if (at >= line && isMarker(here)) {
                return new Place(here, at);
            }
            while (here < text.length() && !endsLine(here)) {
                here++;
            }
            here++;
            at++;
        }
        return null;
    }

    private boolean isMarker(int offset) {
        if (!text.startsWith("---", offset)) {
            return false;
        }
        return offset + 3 == text.length() || " \t\r\n".indexOf(text.charAt(offset + 3)) >= 0;
    }

    private boolean endsLine(int offset) {
        char c = text.charAt(offset);
        return c == '\n' || (c == '\r' && (offset + 1 == text.length() || text.charAt(offset + 1) != '\n'));
    }

    /**
     * The start of a line.
     *
     * @param line 0-based
     */
    record Place(int offset, int line) {
        static final Place START = new Place(0, 0);
    }
}
