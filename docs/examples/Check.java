// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A credit check, its evidence and its feedback; Java 17, nothing but
 * java.net.http. 信用核查、证明文件和反馈。
 *
 * <p>usage: CREDIT_URL=https://... CREDIT_TOKEN=gx_... java Check.java CODE MATTER PURPOSE CASE
 *
 * <p>Writes answer.json, byte for byte as it came, and check.tlog-proof. A
 * real program reads JSON with the library that it has already.
 */
public class Check {
    private static final String URL = System.getenv("CREDIT_URL");
    private static final String TOKEN = System.getenv("CREDIT_TOKEN");
    private static final HttpClient CLIENT = HttpClient.newBuilder()
        .connectTimeout(Duration.ofSeconds(5)).build();

    /** A text as JSON. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** The bytes of the answer; waits when told to (429, 503). json null: GET. */
    static byte[] ask(String path, String json) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(URL + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Accept", "application/json, */*");
        if (json != null) {
            request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8));
        }
        for (int tries = 1; ; tries++) {
            HttpResponse<byte[]> answer = CLIENT.send(request.build(),
                HttpResponse.BodyHandlers.ofByteArray());
            int status = answer.statusCode();
            if (status == 200 || status == 201) {
                return answer.body();
            }
            if ((status != 429 && status != 503) || tries == 5) {
                throw new IOException(status + " "
                    + new String(answer.body(), StandardCharsets.UTF_8));
            }
            Thread.sleep(1000 * answer.headers().firstValueAsLong("Retry-After").orElse(1));
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        String question = String.format("{\"code\":%s,\"matter\":%s,\"purpose\":%s,\"case\":%s}",
            quote(args[0]), quote(args[1]), quote(args[2]), quote(args[3]));
        byte[] answer = ask("/v1/checks", question);
        Files.write(Path.of("answer.json"), answer);
        var found = Pattern.compile("^\\{\"id\":\"([0-9a-f]+)\"")
            .matcher(new String(answer, StandardCharsets.UTF_8));
        if (!found.find()) {
            throw new IOException("the answer has no id");
        }
        String id = found.group(1);
        System.out.println("check " + id);
        Files.write(Path.of("check.tlog-proof"), ask("/v1/checks/" + id + "/evidence", null));
        // What the official decided, after reading the answer.
        ask("/v1/checks/" + id + "/feedback", "{\"decision\":\"nothing\",\"measures\":[],"
            + "\"reason\":" + quote("无需采取措施") + ",\"appeal\":\"\"}");
        System.out.println("feedback given");
    }
}
