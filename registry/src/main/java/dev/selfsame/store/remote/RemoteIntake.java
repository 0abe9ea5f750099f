package dev.selfsame.store.remote;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Archive;
import dev.selfsame.promote.Intake;
import dev.selfsame.store.Blob;
import dev.selfsame.store.wire.NewDeployment;
import dev.selfsame.store.wire.NewPromotion;
import dev.selfsame.store.wire.NewSubmission;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Hands evidence to a server. Bytes are pushed to {@code staging/NAME} as any client of OCI pushes
 * them, and count for nothing until the server has taken the submission that names them.
 */
final class RemoteIntake implements Intake {
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;

  private final Connection connection;

  RemoteIntake(Connection connection) {
    this.connection = connection;
  }

  @Override
  public Blob submit(Submission submission) {
    String name = submission.build().name().value();
    submission
        .record()
        .ifPresent(record -> push(name, Digest.sha256(record), BodyPublishers.ofByteArray(record)));
    push(
        name, submission.build().bundle(), BodyPublishers.ofByteArray(submission.bundle().bytes()));
    Blob kept = pushFile(name, submission.binary(), submission.artifact());
    NewSubmission named = new NewSubmission(submission.build().bundle(), submission.artifact());
    connection.post(Lists.ROOT + "submissions/" + name, named.json(), 0);
    return kept;
  }

  @Override
  public void submit(ImageSubmission submission) {
    String name = submission.image().name().value();
    submission.parts().parts().forEach(part -> pushFile(name, part.file(), part.digest()));
    push(
        name, submission.image().bundle(), BodyPublishers.ofByteArray(submission.bundle().bytes()));
    NewSubmission named =
        new NewSubmission(submission.image().bundle(), submission.image().manifest());
    connection.post(Lists.ROOT + "submissions/" + name, named.json(), 0);
  }

  private Blob pushFile(String name, Path binary, Digest artifact) {
    try {
      long size = Files.size(binary);
      if (!push(name, artifact, BodyPublishers.ofFile(binary))) {
        throw Archive.changed(binary);
      }
      return new Blob(artifact, size);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(binary, e.getMessage()), "check its permissions", e);
    }
  }

  /**
   * Pushes a blob in one request.
   *
   * @return false where the bytes that arrived have another digest
   */
  private boolean push(String name, Digest digest, BodyPublisher body) {
    Connection.Answer answer =
        connection.upload(
            "/v2/staging/%s/blobs/uploads/?digest=%s".formatted(name, digest), body, BAD_REQUEST);
    if (answer.status() == BAD_REQUEST && !answer.code().equals("DIGEST_INVALID")) {
      throw Failure.undecided(
          "the registry does not take %s: %s".formatted(digest, answer.code()),
          "see the server's log");
    }
    return answer.status() != BAD_REQUEST;
  }

  @Override
  public void keep(DeploymentRecord record) {
    connection.post(
        Lists.ROOT + "deployments/" + record.name(),
        new NewDeployment(record.bundle().bytes()).json(),
        0);
  }

  @Override
  public boolean promote(Promotion promotion) {
    NewPromotion sent = new NewPromotion(promotion.bundle().bytes(), promotion.policy());
    String path = Lists.ROOT + "channel/%s/%s".formatted(promotion.channel(), promotion.name());
    return connection.post(path, sent.json(), CONFLICT).status() != CONFLICT;
  }
}
