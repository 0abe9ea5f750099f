package dev.selfsame.access;

import java.util.Set;

/**
 * Permissions in some repositories.
 *
 * @param repositories where
 * @param permissions what may be done there
 */
public record Grant(RepositoryPattern repositories, Set<Permission> permissions) {
  public Grant {
    permissions = Set.copyOf(permissions);
  }

  /** Whether it allows that. */
  public boolean allows(Permission permission, String repository) {
    return permissions.contains(permission) && repositories.matches(repository);
  }
}
