package dev.selfsame.store.remote;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that believes the certificate authorities of one file, and no others. */
public final class PrivateAuthority {
  private PrivateAuthority() {}

  /**
   * Reads certificates in PEM.
   *
   * @throws Failure exit 2 where the file has none; exit 3 where it cannot be read
   */
  public static SSLContext read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, each);
      }
      if (count == 0) {
        throw Failure.usage("no certificate in " + file, "name a file in PEM with --registry-ca");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new Failure(
          Files.exists(file) ? ExitCode.UNDECIDED : ExitCode.USAGE,
          "cannot read the certificates in " + file,
          "check the path and its permissions",
          e);
    } catch (GeneralSecurityException e) {
      throw new Failure(
          ExitCode.USAGE,
          "%s has no certificates in PEM: %s".formatted(file, e.getMessage()),
          "name another file with --registry-ca",
          e);
    }
  }
}
