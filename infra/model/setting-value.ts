import { entryAt, lookUp, type PlainEnvironment } from './service';
import type { System } from './system';

/** The value that the service will have of a setting that a stack may say: environment before file before default. */
export const settingValue = <T>({ config, file }: System, path: string): T => {
  const setting = entryAt(path)?.setting;
  const given = Object.keys(setting?.spellings ?? {}).find((name) => name in config);
  return ((given && config[given as keyof PlainEnvironment]) ?? lookUp(file, path) ?? setting?.default) as T;
};
