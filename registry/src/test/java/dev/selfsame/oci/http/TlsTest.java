package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class TlsTest {
  @TempDir private Path folder;

  private X509Certificate make(String algorithm, long serial) throws Exception {
    return new SelfSigned(folder).make(algorithm, serial);
  }

  private TlsFiles files() {
    return new SelfSigned(folder).files();
  }

  private Served served(List<Failure> troubles) {
    return Served.at(
        folder.resolve("registry"),
        usual -> usual.withTls(Optional.of(files())).withTrouble(troubles::add));
  }

  private static BigInteger serial(int port, X509Certificate trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("server", trusted);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v2/")).build(),
              BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      return ((X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0])
          .getSerialNumber();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void it_serves_by_tls_with_any_usual_kind_of_key(String algorithm) throws Exception {
    X509Certificate certificate = make(algorithm, 7);
    try (Served served = served(new ArrayList<>())) {
      assertEquals(BigInteger.valueOf(7), serial(served.port(), certificate));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void a_key_in_an_older_form_does_too(String algorithm) throws Exception {
    X509Certificate certificate =
        new SelfSigned(folder)
            .make(
                KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider()),
                algorithm,
                3,
                false);
    String key = Files.readString(folder.resolve("server.key"));
    assertTrue(
        key.startsWith("-----BEGIN %s PRIVATE KEY".formatted(algorithm)),
        key.lines().findFirst()::get);
    try (Served served = served(new ArrayList<>())) {
      assertEquals(BigInteger.valueOf(3), serial(served.port(), certificate));
    }
  }

  @Test
  void a_renewed_certificate_is_taken_and_a_broken_one_is_not() throws Exception {
    X509Certificate first = make("EC", 1);
    List<Failure> troubles = java.util.Collections.synchronizedList(new ArrayList<>());
    try (Served served = served(troubles)) {
      assertEquals(BigInteger.ONE, serial(served.port(), first));
      Files.writeString(folder.resolve("server.pem"), "nonsense");
      for (int i = 0; i < 100 && troubles.isEmpty(); i++) {
        Thread.sleep(100);
      }
      assertTrue(
          String.valueOf(troubles.getFirst().getMessage())
              .startsWith("the certificate was not renewed: "),
          troubles::toString);
      assertEquals(BigInteger.ONE, serial(served.port(), first));
      X509Certificate second = make("EC", 2);
      BigInteger serial = BigInteger.ONE;
      for (int i = 0; i < 100 && serial.equals(BigInteger.ONE); i++) {
        Thread.sleep(100);
        try {
          serial = serial(served.port(), second);
        } catch (SSLException old) {
          continue;
        }
      }
      assertEquals(BigInteger.TWO, serial);
    }
  }

  @Test
  void a_key_of_another_certificate_is_refused() throws Exception {
    make("EC", 1);
    String key = Files.readString(folder.resolve("server.key"));
    make("EC", 2);
    Files.writeString(folder.resolve("server.key"), key);
    Failure failure = assertThrows(Failure.class, () -> files().load());
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains("does not belong to"));
  }

  @Test
  void files_that_are_absent_or_hold_something_else_are_told() throws Exception {
    assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, () -> files().load()).code());
    make("RSA", 1);
    Files.writeString(folder.resolve("server.key"), "nonsense");
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> files().load()).code());
    Files.writeString(folder.resolve("server.pem"), "");
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> files().load()).code());
  }
}
