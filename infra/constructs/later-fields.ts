import { ApiObject, type ApiObjectProps, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';

/**
 * An object with fields that are younger than cdk8s-plus-28, which knows Kubernetes 1.28: its classes drop what they do not
 * know when they render, what a JsonPatch adds included (`preStop.sleep` becomes `{}`). So the class renders the manifest
 * (`KubeDeployment.manifest(…)`), and the later fields, by JSON pointer, are put into a plain object.
 */
export const withLaterFields = (
  scope: Construct,
  id: string,
  manifest: ApiObjectProps,
  later: Readonly<Record<string, unknown>>,
): ApiObject => {
  const object = new ApiObject(scope, id, manifest);
  object.addJsonPatch(...Object.entries(later).map(([pointer, value]) => JsonPatch.add(pointer, value)));
  return object;
};
