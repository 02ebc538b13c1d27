// SPDX-License-Identifier: Apache-2.0
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Receives notices of what touches earlier checks; Java 17, nothing but the
 * JDK. 接收反向告知（webhook），验证签名。
 *
 * <p>usage: WEBHOOK_SECRET=whsec_... java Receive.java PORT
 *
 * <p>Put a server that speaks TLS in front of it. Keeps each message once, as
 * notices-ID.json, and answers 204 only when it is kept.
 */
public class Receive {
    private static final int BYTES_MAX = 16 * 1024 * 1024;

    /** Is this message signed with our secret, and of just now? */
    static boolean isGood(String secret, Headers headers, byte[] body)
            throws GeneralSecurityException {
        String id = headers.getFirst("webhook-id");
        String moment = headers.getFirst("webhook-timestamp");
        String signatures = headers.getFirst("webhook-signature");
        if (id == null || !id.matches("\\w+") || moment == null || !moment.matches("\\d{1,12}")
                || signatures == null
                || Math.abs(Long.parseLong(moment) - System.currentTimeMillis() / 1000) > 300) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + moment + ".").getBytes(StandardCharsets.UTF_8));
        byte[] good = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)))
            .getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String one : signatures.split(" ")) {
            // Takes the same time wherever they differ.
            found |= MessageDigest.isEqual(good, one.getBytes(StandardCharsets.UTF_8));
        }
        return found;
    }

    static void take(HttpExchange exchange) throws IOException {
        int status = 403;
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BYTES_MAX);
            if (isGood(System.getenv("WEBHOOK_SECRET"), exchange.getRequestHeaders(), body)) {
                // The same id may come again: then this writes the same file.
                String id = exchange.getRequestHeaders().getFirst("webhook-id");
                Files.write(Path.of("notices-" + id + ".json"), body);
                status = 204;
            }
            exchange.sendResponseHeaders(status, -1);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(
            new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        server.createContext("/", Receive::take);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }
}
