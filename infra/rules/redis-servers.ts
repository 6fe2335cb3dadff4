import type { Container } from './objects';

/** What a Redis is told on its command line. */
export interface RedisServer {
  /** The value of a setting; undefined where its default holds. */
  setting(name: string): string | undefined;
  /** A file of settings, which nobody here reads. */
  hasFile: boolean;
}

const isProgram = (word: string): boolean => /(^|\/)(redis|valkey)-server$/.test(word);

const isImage = ({ image }: Container): boolean => /(^|\/)(redis|valkey)(:|@|$)/.test(image);

/** The Redis that a container runs, if it runs one: as the image does by itself, or by the name of the program. */
export const redisServerOf = (container: Container): RedisServer | undefined => {
  const { command = [], args = [] } = container;
  const words = [...command, ...args];
  const begin = words.findIndex(isProgram);
  const byImage = isImage(container) && command.length === 0 && (args[0] ?? '--').startsWith('-');
  if (begin < 0 && !byImage) return undefined;
  const parameters = words.slice(begin + 1);
  return {
    setting: (name) => {
      const at = parameters.indexOf(`--${name}`);
      return at < 0 ? undefined : parameters[at + 1];
    },
    hasFile: parameters[0]?.endsWith('.conf') ?? false,
  };
};
