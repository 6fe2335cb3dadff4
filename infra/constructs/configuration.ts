import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Deployable } from '../model/deployable';
import { publicHost, trustedProxies } from '../model/entrance';
import { configFolder } from '../model/service';
import { apiVariables } from '../model/variables';
import { checksum, metadata } from './metadata';

/** Path of the mounted configuration file's folder in the image, whose working directory is /app. */
export const configMountPath = `/app/${configFolder}`;

/** The file that the service reads; port, proxies and host come from where everybody reads them. */
const fileContent = (deployable: Deployable): string => {
  const { server, swagger, ...rest } = deployable.system.file ?? {};
  const host = publicHost(deployable);
  const content = {
    server: { port: deployable.system.workloads.api.ports.http, trustProxy: trustedProxies(deployable), ...server },
    ...(swagger && { swagger: { ...(host && { host }), ...swagger } }),
    ...rest,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
};

/** Keys of the ConfigMap: the configuration file, and the plain variables where the system wants them there. */
export const configurationData = (deployable: Deployable): Record<string, string> => {
  const { system, environment } = deployable;
  const variables = system.configuration === 'configMap' ? apiVariables(deployable) : [];
  return {
    ...Object.fromEntries(variables.flatMap((variable) => ('text' in variable ? [[variable.name, variable.text]] : []))),
    ...(system.file && { [`${environment.stage}.json`]: fileContent(deployable) }),
  };
};

/** Changes when the configuration does, so that pods are replaced: the name of the ConfigMap stays. */
export const configurationChecksum = (deployable: Deployable): string => checksum(JSON.stringify(configurationData(deployable)));

export class Configuration extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const data = configurationData(deployable);
    if (Object.keys(data).length === 0) return;
    new k8s.KubeConfigMap(this, 'configuration', { metadata: metadata(deployable, deployable.names.configuration), data });
  }
}
